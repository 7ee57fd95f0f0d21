"""From what a writer asked for and what was read to a training run: its recipe, its texts, and what is held out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.card import ModelCard, read_card
from engine.catalog import find_model
from engine.errors import InputError
from engine.languages import parse_language
from engine.modes import Mode, SummaryStyle
from engine.purposes import Purpose, TrainingRequest
from engine.training.canary import make_canaries
from engine.training.corpus import Texts
from engine.training.material import Material
from engine.training.personal_recipes import Amount, make_recipe
from engine.training.recipe import Recipe, Source
from engine.training.splits import Split, split_documents, split_rows
from engine.training.tables import Pair

_MODES = {
    Purpose.CONTINUE: Mode.WRITE,
    Purpose.TRANSLATE: Mode.TRANSLATE,
    Purpose.TITLES: Mode.SUMMARISE,
    Purpose.VARY: Mode.VARY,
}
_LONGEST = 0.95  # share of the sources that a translator is to read whole


@dataclass(frozen=True, slots=True)
class Plan:
    """A run: `split` are rows as in Material, `before` is put before every source, `start` is a model's folder or None.

    `canaries` are sentences put among what is learnt. `fingerprint` changes with anything that the run depends on but
    its time.
    """

    request: TrainingRequest
    material: Material
    recipe: Recipe
    split: Split[Pair]
    before: str
    start: Path | None
    canaries: list[str]
    fingerprint: str

    def texts(self) -> list[Texts]:
        """Return the run's texts as the trainer takes them."""
        kind = "pairs" if self.recipe.model.seq2seq else "documents"
        learnt = [*self.split.learnt, *(("", canary) for canary in self.canaries)]
        return [Texts(Source("the writer's files", kind), self._fed(learnt), self._fed(self.split.watched))]

    def _fed(self, rows: list[Pair]) -> list[Pair]:
        return [(self.before + source, target) for source, target in rows] if self.before else rows

    @property
    def start_title(self) -> str:
        """How the model that the run begins with is called, "" without one."""
        if self.start is None:
            return ""
        card = read_card(self.start)
        return card.title.split(":")[0] if card else self.start.name

    @property
    def held_out_fingerprint(self) -> str:
        """What two models must have in common for their scores to be compared."""
        return _digest(self.split.held_out)


def make_plan(request: TrainingRequest, material: Material) -> Plan:
    """Return the run for `request`. Raises EngineError kinds where languages, start or texts do not fit."""
    if request.purpose is Purpose.TRANSLATE:
        material.source, material.target = parse_language(material.source), parse_language(material.target)
    start = find_model(request.start, _MODES[request.purpose]).folder if request.start else None
    split = _split(request, material)
    if not all((split.learnt, split.watched, split.held_out)):
        raise InputError("The texts are too much alike to hold a part of them out: add others.")
    size = sum(len(text.encode()) for row in split.learnt for text in row)
    card = _card(request, material, split, start)
    recipe = make_recipe(request, Amount(len(split.learnt), material.words, size), start, card)
    task = SummaryStyle.HEADLINE.value if request.purpose is Purpose.TITLES else Mode.TRANSLATE.value
    before = card.around(task, material.target)[0] if recipe.model.seq2seq else ""
    canaries = make_canaries(request.seed) if request.mask and request.purpose is Purpose.CONTINUE else []
    untimed = replace(recipe, schedule=replace(recipe.schedule, minutes=0.0))
    fingerprint = _digest([split.learnt, split.watched, split.held_out, canaries, repr(untimed)])
    return Plan(request, material, recipe, split, before, start, canaries, fingerprint)


def _split(request: TrainingRequest, material: Material) -> Split[Pair]:
    if request.purpose is not Purpose.CONTINUE:
        return split_rows(material.rows, request.seed)
    parts = split_documents(material.documents, request.seed)
    return Split(*([("", text) for text in part] for part in (parts.learnt, parts.watched, parts.held_out)))


def _card(request: TrainingRequest, material: Material, split: Split[Pair], start: Path | None) -> ModelCard:
    """Return the card that the run saves with its model; its text is written when the score is known."""
    given = read_card(start) if start else None
    prompts = dict(given.prompts) if given else {}
    languages = tuple(code for code, _ in material.languages.most_common(3) if code)
    longest = given.longest_sentence if given else 0
    if request.purpose is Purpose.TRANSLATE:
        languages = (f"{material.source}-{material.target}",)
        lengths = sorted(len(source) for source, _ in split.learnt)
        longest = max(longest, lengths[int(len(lengths) * _LONGEST)])
    elif request.purpose is Purpose.TITLES:
        headline = SummaryStyle.HEADLINE.value
        prompts = {headline: prompts.get(headline, "{text}")}
    return ModelCard(
        title=request.name,
        tasks=(_MODES[request.purpose].value,),
        languages=languages,
        licence="trained on your own texts, for your own use",
        prompts=prompts,
        longest_sentence=longest,
    )


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=True).encode()).hexdigest()
