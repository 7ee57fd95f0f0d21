"""The test sets of the embedded models, and the bars that they are held to. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass

from engine.modes import SummaryStyle


@dataclass(frozen=True, slots=True)
class TranslationSet:
    """A table English<TAB>other of `translation/`, and the BLEU to reach and to aim for, out of English and into it."""

    name: str
    out: tuple[float, float] | None = None
    into: tuple[float, float] | None = None

    @property
    def language(self) -> str:
        """The code of the language that is not English."""
        return self.name.rpartition("-")[2]


PLAIN = (
    TranslationSet("tatoeba-test3k.en-de", (26, 40), (29, 48)),
    TranslationSet("tatoeba-test3k.en-fr", (32, 44), (35, 48)),
    TranslationSet("tatoeba-test3k.en-es", (32, 46), (35, 48)),
    TranslationSet("tatoeba-heldout1k.en-zh", (18, 28), (20, 28)),
)
# News, health and captions: nothing of the kind was learnt.
FOREIGN = tuple(
    TranslationSet(f"{name}.en-{language}")
    for name, languages in (
        ("ntrex128", "de fr es zh"),
        ("newstest2014", "de fr"),
        ("newstest2013", "es"),
        ("newstest2019", "zh"),
        ("tico19-test", "fr es zh"),
        ("multi30k_test_2016_flickr", "de fr"),
    )
    for language in languages.split()
)
ODD_COUNT, ODD_BAR = 3000, 0.5  # inputs, and the percentage of them that may come to nothing

# style -> table of `summary/`, and ROUGE-1, -2, -L above the lead
SUMMARIES = {
    SummaryStyle.HEADLINE: ("arxiv_abstract_title.test", {"rouge1": 8.0, "rouge2": 4.0, "rougeL": 8.0}),
    SummaryStyle.ABSTRACT: ("scitldr.test", {"rouge1": 2.0}),
}
FAITHFUL_BAR = 95.0  # percentage of the numbers and names in a summary that its source has

# language -> texts of `lm/`
BOOKS = {
    "en": ("gutenberg_heldout_books",),
    "zh": ("zh_heldout_ming_qing_vernacular_fiction_pd", "zh_heldout_republican_pd_worldwide"),
}
# text of `lm/` -> bits per byte: 1.25, and 15 % below the better of two baselines (`benchmarks.stories`),
# 2.179 and 1.541 of a Kneser-Ney 5-gram, which has half of the Republican texts in its training files
BITS_BARS = {
    "gutenberg_heldout_books": 1.25,
    "zh_heldout_ming_qing_vernacular_fiction_pd": 0.85 * 2.179,
    "zh_heldout_republican_pd_worldwide": 0.85 * 1.541,
}
