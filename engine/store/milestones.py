"""Points of a history that are known by more than a number: saves, and versions to go back to. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Save:
    """The text of an edit went into a file with this digest; not `done` where that was begun only."""

    edit: int
    digest: str
    done: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A point of the history that can be gone back to."""

    edit: int
    at: float
    reason: str
    name: str = ""
