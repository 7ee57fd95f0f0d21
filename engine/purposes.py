"""What the writer can train a model for: a frozen snapshot of purpose, files and wishes.

This module is torch-free: the window builds the request, an engine process of its own serves it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from engine.errors import SettingsError


class Purpose(StrEnum):
    """What a model learns from the writer's files."""

    CONTINUE = "continue"  # to go on in the writer's voice
    TRANSLATE = "translate"  # to translate like the translation memory
    TITLES = "titles"  # to find titles for texts
    VARY = "vary"  # to vary and blend sentences


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """One training as the writer asked for it.

    `files` are files or folders (txt, md, TSV, CSV, TMX, each also .xz). `name` becomes the
    model's id and its folder below the writer's models; a run of that name is taken up again.
    `start` is the id or folder of a model to begin with, "" to begin anew; `lora` trains
    adapters on it instead of all its weights. `minutes` bounds the training, 0 leaves it to early stopping; so does
    `steps`, by which two trainings are the same on any machine's clock where no minutes are given.
    `mask` hides names, addresses and numbers. `source` and `target` are language codes for a
    translator, "" for detected ones. `finish` ends a run that was begun: its best model so far is
    evaluated and installed without another step.
    """

    purpose: Purpose
    files: tuple[str, ...]
    name: str
    start: str = ""
    lora: bool = False
    minutes: float = 0.0
    steps: int = 0
    mask: bool = False
    source: str = ""
    target: str = ""
    seed: int = 1
    finish: bool = False

    def __post_init__(self) -> None:
        if not self.files:
            raise SettingsError("Choose at least one file or folder to learn from.")
        if not self.name.strip() or any(mark in self.name for mark in "/\\:\0") or self.name.startswith("."):
            raise SettingsError("Give the model a name of letters, digits, spaces or dashes.")
        if self.lora and not self.start:
            raise SettingsError("Adapters need a model to begin with: choose one, or train anew.")

    def to_json(self) -> dict[str, Any]:
        """Return the request as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TrainingRequest:
        """Build the request that `to_json` described."""
        return cls(**{**data, "purpose": Purpose(data["purpose"]), "files": tuple(data["files"])})
