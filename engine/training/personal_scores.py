"""What a model trained on a writer's texts is worth: its score on the held-out tenth, and those of the baselines."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tokenizers import Tokenizer

from engine.device import choose_device
from engine.errors import InputError
from engine.evaluation import bleu, chrf, rouge, score_text
from engine.events import Event, Finished, Progress, TextChunk
from engine.models.loaded import load_model
from engine.modes import Mode, Request, SummaryStyle
from engine.presets import load_presets
from engine.purposes import Purpose
from engine.session import Session
from engine.text.segmentation import split_sentences
from engine.training.architectures import build_objective
from engine.training.batches import make_batches
from engine.training.corpus import encode_examples
from engine.training.fuzzy import best_matches
from engine.training.ngram_baseline import ngram_bits_per_byte
from engine.training.personal_plan import Plan
from engine.training.tables import Pair
from engine.training.validation import validation_loss

NGRAM, FUZZY, LEAD = "Kneser-Ney 5-gram", "the most similar sentence", "the first sentence"
MOST_CHARACTERS = 200_000  # of held-out text that is scored
MOST_ROWS = 300


@dataclass(frozen=True, slots=True)
class Score:
    """`value` in `measure` on held-out texts, of which `details` says more; `baselines` by their names."""

    measure: str
    value: float
    lower_is_better: bool
    baselines: dict[str, float] = field(default_factory=dict)
    details: dict[str, float] = field(default_factory=dict)

    def beats(self, other: float) -> bool:
        """Tell whether the score is better than `other`."""
        return self.value < other if self.lower_is_better else self.value > other

    def loses_to(self, other: float) -> bool:
        """Tell whether the score is worse than `other`."""
        return self.value > other if self.lower_is_better else self.value < other


Scoring = Generator[Event, None, Score]


def score_model(plan: Plan, folder: Path, device: str = "") -> Scoring:
    """Yield progress and return the score of the model in `folder` on what `plan` holds out, beside the baselines.

    The model that the run began with is one of the baselines. Raises EngineError kinds.
    """
    match plan.request.purpose:
        case Purpose.CONTINUE:
            return (yield from _score_continuation(plan, folder, device))
        case Purpose.TRANSLATE:
            return (yield from _score_translation(plan, folder, device))
        case Purpose.TITLES:
            return (yield from _score_titles(plan, folder, device))
        case Purpose.VARY:
            return (yield from _score_variation(plan, folder))


def _score_continuation(plan: Plan, folder: Path, device: str) -> Scoring:
    texts = _first_characters([text for _, text in plan.split.held_out])
    value = yield from _bits_per_byte(folder, texts, device)
    yield Progress(0, 0, "baselines", "counting n-grams")
    learnt, watched = ([text for _, text in part] for part in (plan.split.learnt, plan.split.watched))
    baselines = {NGRAM: ngram_bits_per_byte(learnt, watched, texts)}
    if plan.start is not None:
        baselines[plan.start_title] = yield from _bits_per_byte(plan.start, texts, device)
    return Score("bits per byte", value, True, baselines)


def _bits_per_byte(folder: Path, texts: list[str], device: str) -> Generator[Event, None, float]:
    model = yield from load_model(folder, choose_device(device))
    bits = size = 0.0
    for text in texts:
        score = yield from score_text(model, text)
        bits += score.bits_per_byte * score.size
        size += score.size
    return bits / size


def _score_translation(plan: Plan, folder: Path, device: str) -> Scoring:
    rows = _some(plan.split.held_out)
    sources, references = [source for source, _ in rows], [target for _, target in rows]
    tokenize = "zh" if plan.material.target == "zh" else "13a"
    written = yield from _translate(plan, folder, sources, device)
    matches = yield from best_matches([*plan.split.learnt, *plan.split.watched], sources)
    baselines = {FUZZY: bleu(matches, references, tokenize)}
    details = {"chrF": chrf(written, references), f"chrF of {FUZZY}": chrf(matches, references)}
    if plan.start is not None:
        before = yield from _translate(plan, plan.start, sources, device)
        baselines[plan.start_title] = bleu(before, references, tokenize)
        details[f"chrF of {plan.start_title}"] = chrf(before, references)
    return Score("BLEU", bleu(written, references, tokenize), False, baselines, details)


def _translate(plan: Plan, folder: Path, sources: list[str], device: str) -> Generator[Event, None, list[str]]:
    """Translate as the writer will: through the mode, a line for a line."""
    request = Request(
        Mode.TRANSLATE,
        "\n".join(sources),
        next(iter(load_presets(Mode.TRANSLATE).values())).params,
        str(folder),
        source_language=plan.material.source,
        target_language=plan.material.target,
    )
    text = yield from _answer(Session(device), replace(request, params=replace(request.params, seed=0)))
    return text.split("\n")


def _score_titles(plan: Plan, folder: Path, device: str) -> Scoring:
    rows = _some(plan.split.held_out)
    language = plan.recipe.card.languages[0] if plan.recipe.card.languages else "en"
    titles = [title for _, title in rows]
    written = yield from _titles(folder, [text for text, _ in rows], language, device)
    leads = [split_sentences(text, language)[0].text for text, _ in rows]
    scores, baseline = rouge(written, titles), rouge(leads, titles)
    baselines = {LEAD: baseline["rougeL"]}
    if plan.start is not None:
        before = yield from _titles(plan.start, [text for text, _ in rows], language, device)
        baselines[plan.start_title] = rouge(before, titles)["rougeL"]
    details = {"ROUGE-1": scores["rouge1"], "ROUGE-2": scores["rouge2"]}
    return Score("ROUGE-L", scores["rougeL"], False, baselines, details)


def _titles(folder: Path, texts: list[str], language: str, device: str) -> Generator[Event, None, list[str]]:
    params = replace(next(iter(load_presets(Mode.SUMMARISE).values())).params, seed=0)
    session = Session(device)
    titles: list[str] = []
    for number, text in enumerate(texts):
        yield Progress(number, len(texts), "texts", "writing titles")
        request = Request(
            Mode.SUMMARISE, text, params, str(folder), style=SummaryStyle.HEADLINE, source_language=language
        )
        titles.append((yield from _answer(session, request)).strip())
    return titles


def _score_variation(plan: Plan, folder: Path) -> Scoring:
    """Score by the bound on bits per byte: what the sentences cost, their latent points included."""
    yield Progress(0, 0, "sentences", "scoring")
    recipe = plan.recipe
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    fits = [row for row in plan.split.held_out if len(tokenizer.encode(row[1]).ids) < recipe.batch.longest_target]
    if not fits:
        raise InputError("The sentences held out are too long for this model: add shorter ones.")
    objective = build_objective(recipe.model, tokenizer.get_vocab_size())
    objective.load(folder)
    objective.module.eval()
    examples = encode_examples(tokenizer, recipe, [(fits, 1.0)])
    loss, parts = validation_loss(objective, make_batches(examples, recipe), choose_device("cpu").torch_device)
    sentences = [text for _, text in fits]
    bits = loss * int(examples.target.lengths.sum()) / math.log(2) / sum(len(text.encode()) for text in sentences)
    yield Progress(0, 0, "baselines", "counting n-grams")
    learnt, watched = ([text for _, text in part] for part in (plan.split.learnt, plan.split.watched))
    baselines = {NGRAM: ngram_bits_per_byte(learnt, watched, sentences)}
    details = {"KL in nats": parts["kl"], "active units": parts["active_units"]}
    return Score("bits per byte", bits, True, baselines, details)


def _answer(session: Session, request: Request) -> Generator[Event, None, str]:
    """Run `request`, yield how far it is, and return its text."""
    parts: list[str] = []
    for event in session.run(request):
        if isinstance(event, TextChunk):
            parts.append(event.text)
        elif isinstance(event, Progress) and not isinstance(event, Finished):
            yield event
    return "".join(parts)


def _some(rows: list[Pair]) -> list[Pair]:
    """Return rows of `rows` at equal distances, at most as many as are scored."""
    step = max(1.0, len(rows) / MOST_ROWS)
    return [rows[int(place * step)] for place in range(min(len(rows), MOST_ROWS))]


def _first_characters(texts: list[str]) -> list[str]:
    kept: list[str] = []
    room = MOST_CHARACTERS
    for text in texts:
        if room > 0:
            kept.append(text[:room])
        room -= len(text)
    return kept
