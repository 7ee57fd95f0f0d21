"""Which smaller model guesses for which, as the writer chose it in the models' window."""

from __future__ import annotations

from pathlib import Path

from engine.catalog import default_model, list_models
from engine.errors import ModelError
from engine.library import Shelved
from engine.modes import INSTRUCTED, Mode
from engine.vocabulary import same_vocabulary
from gui.settings import Settings

DRAFTING = (Mode.WRITE, *INSTRUCTED)  # what a draft model helps with


def candidates(model: Shelved, others: list[Shelved]) -> list[Shelved]:
    """Return the models among `others` that can guess for `model`: smaller ones with the same vocabulary."""
    return [
        other
        for other in others
        if not other.fault
        and 0 < other.entry.size_bytes < model.entry.size_bytes
        and any(other.entry.serves(mode) for mode in DRAFTING)
        and same_vocabulary(model.entry.folder, other.entry.folder)
    ]


def draft_of(settings: Settings, mode: Mode, choice: str) -> str:
    """Return the draft model for what was chosen for `mode`, an id or a folder; "" for none, or one that is gone.

    A server has none, and neither has Write's usual model (""), which depends on the language of the text.
    """
    draft = settings.drafts.get(choice or _usual(mode)) if settings.drafts else None
    return draft if isinstance(draft, str) and _is_there(draft) else ""


def _is_there(name: str) -> bool:
    path = Path(name)
    return path.exists() if path.is_absolute() else any(entry.id == name for entry in list_models())


def _usual(mode: Mode) -> str:
    if mode not in INSTRUCTED:
        return ""
    try:
        return default_model(mode).id
    except ModelError:
        return ""
