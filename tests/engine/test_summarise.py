import pytest

from engine.card import ModelCard
from engine.errors import ModelError
from engine.events import Notice, Progress, TextChunk, VariantFinished
from engine.modes import Mode, Request, SummaryStyle
from engine.params import SamplingParams
from engine.summarise import summarise
from tests.engine.article import ARTICLE
from tests.engine.scripted_models import copying_translator, repeating_writer

CARD = ModelCard("s", ("summarise",), ("en",), prompts={"headline": ">>title<< {text}", "abstract": ">>tldr<< {text}"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("summariser")


def run(model, text, language="en", style=SummaryStyle.HEADLINE, variants=1, beams=1):
    params = SamplingParams(seed=1, max_new_tokens=400, beams=beams)
    return list(summarise(model, Request(Mode.SUMMARISE, text, params, style=style, variants=variants), language))


def text_of(events):
    return "".join(event.text for event in events if isinstance(event, TextChunk))


def test_short_text_is_read_whole_and_answered_on_one_line(folder):
    events = run(copying_translator(folder, CARD), " One thing.\nAnother thing. ")
    assert text_of(events) == "One thing. Another thing."
    assert isinstance(events[-2], VariantFinished)


def test_text_longer_than_the_encoder_is_reduced_to_key_sentences(folder):
    model = copying_translator(folder, CARD, context_length=120)
    events = run(model, ARTICLE)
    (notice,) = [event.message for event in events if isinstance(event, Notice)]
    summary = text_of(events)
    assert "key sentences of 6" in notice
    assert 0 < len(summary) < len(ARTICLE)
    assert all(sentence.strip(". ") in ARTICLE for sentence in summary.split(". "))
    assert "photosynthesis" in summary


def test_of_sentences_longer_than_the_encoder_the_beginning_is_read_with_what_is_asked_for(folder):
    asking = ModelCard("s", ("summarise",), ("en",), prompts={"headline": "Title: {text}"})
    model = copying_translator(folder, asking, context_length=120)
    events = run(model, "supercalifragilistic" * 40)
    (notice,) = [event.message for event in events if isinstance(event, Notice)]
    assert notice == "The text is longer than the model can read: it saw its beginning only."
    assert text_of(events).startswith("Title: supercali")


@pytest.mark.parametrize(
    "added", [" 1999", ' "So it was said"', " but nobody had ever seen any such thing anywhere near here"]
)
def test_what_the_text_does_not_say_gives_way_to_a_key_sentence(added, folder):
    inventing = ModelCard("s", ("summarise",), ("en",), prompts={"abstract": "{text}" + added})
    text = "The mill stood by the river. It had a red roof."
    events = run(copying_translator(folder, inventing), text, style=SummaryStyle.ABSTRACT, beams=2)
    assert text_of(events) in ("The mill stood by the river.", "It had a red roof.")
    (notice,) = [event.message for event in events if isinstance(event, Notice)]
    assert notice.startswith("No abstract came out that keeps to the text")


def test_what_the_text_says_is_kept(folder):
    text = "The mill stood by the river. It had a red roof."
    plain = ModelCard("s", ("summarise",), ("en",), prompts={"abstract": "{text}"})
    events = run(copying_translator(folder, plain), text, style=SummaryStyle.ABSTRACT, beams=2)
    assert text_of(events) == text
    assert not [event for event in events if isinstance(event, Notice)]


def test_other_language_or_form_is_refused_with_advice(folder):
    model = copying_translator(folder, CARD)
    with pytest.raises(ModelError, match=r"German: ask for key sentences"):
        run(model, "Das ist ein Haus.", "de")
    only_titles = ModelCard("s", ("summarise",), ("en",), prompts={"headline": "{text}"})
    with pytest.raises(ModelError, match="cannot write abstracts"):
        run(copying_translator(folder, only_titles), "A house.", style=SummaryStyle.ABSTRACT)
    with pytest.raises(ModelError, match="cannot summarise"):
        run(repeating_writer(folder, "So. "), "A house.")


def test_a_book_is_summarised_part_by_part_and_then_as_a_whole(folder):
    model = copying_translator(folder, CARD, context_length=200)
    chapters = [
        f"# Chapter {number}\n\n" + f"The {word} lay in the sun. " * 80
        for number, word in enumerate(("sea", "land"), 1)
    ]
    events = run(model, "\n\n".join(chapters), style=SummaryStyle.ABSTRACT)
    first, second, empty, whole = text_of(events).split("\n")
    assert first.startswith("1. ")
    assert "sea" in first
    assert second.startswith("2. ")
    assert "land" in second
    assert empty == ""
    assert "sea" in whole or "land" in whole
    assert [event.message for event in events if isinstance(event, Notice)] == [
        "The text is long: it is summarised in 2 parts, and then as a whole."
    ]
    assert len([event for event in events if isinstance(event, VariantFinished)]) == 1
    parts = [event for event in events if isinstance(event, Progress)]
    assert list(dict.fromkeys(parts)) == [Progress(done, 2, "parts") for done in range(3)]
    assert len(parts) > 3, "a step inside a part is progress too, of the whole"
    seen = [type(event) for event in events]
    assert seen.index(TextChunk) < len(seen) / 2, "the first part is shown before the rest is read"
