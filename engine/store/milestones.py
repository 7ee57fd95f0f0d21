"""Points of a history that are known by more than a number: saves, and versions to go back to. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Session:
    """What was done from opening a text to closing it: edits `first` + 1 to `last`, and the versions made meanwhile."""

    first: int
    last: int
    began: float
    versions: tuple[Version, ...]

    @property
    def edits(self) -> int:
        """Return how many edits were made."""
        return self.last - self.first


def sessions(versions: Sequence[Version], last: int, began: float) -> list[Session]:
    """Return the sessions of a history of `last` edits whose first was made at `began`, from its versions in order.

    One in which nothing was edited is left out, and so is a version that only repeats the one before it.
    """
    found: list[Session] = []
    first, at, inside = 0, began, list[Version]()
    for version in (*versions, Version(last, 0.0, "opened")):
        if version.reason == "opened":
            if version.edit > first or inside:
                found.append(Session(first, version.edit, at, tuple(inside)))
            first, at, inside = version.edit, version.at, []
        elif not inside or (version.edit, version.reason, version.name) != (
            inside[-1].edit,
            inside[-1].reason,
            inside[-1].name,
        ):
            inside.append(version)
    return found
