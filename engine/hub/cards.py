"""The card of a model from the hub, made of what the hub and the curated list say of it. Torch-free."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.card import ModelCard, write_card
from engine.guessed_card import guess_card
from engine.hub.curated import CuratedModel
from engine.model_files import read_json
from engine.modes import Mode

if TYPE_CHECKING:
    from engine.hub.answers import Repository

_TASKS = {"translation": (Mode.TRANSLATE.value,), "summarization": (Mode.SUMMARISE.value,)}


def write_hub_card(folder: Path, found: Repository, known: CuratedModel | None) -> None:
    """Write `card.md` into the folder of a model that was fetched from `found`, and that may be `known`."""
    tasks, languages = (known.tasks, known.languages) if known else ((), ())
    if not tasks:
        guessed = guess_card(folder, read_json(folder / "config.json"))
        tasks = _TASKS.get(found.task) or guessed.tasks
        languages = languages if known else guessed.languages or found.languages
    card = ModelCard(
        title=known.title if known else found.repo.rsplit("/", 1)[-1],
        tasks=tasks,
        languages=languages,
        licence=found.licence,
        strength=known.words if known else f"From the hub: {found.repo}",
        prompts=dict(known.prompts) if known else {},
        body=f"Fetched from {found.repo} at {found.commit}. Its own card is README.md.\n",
    )
    write_card(folder, card)
