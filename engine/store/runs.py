"""Stretches of a text by author, in order. Torch-free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum


class Author(Enum):
    """Whose a stretch is."""

    HUMAN = "human"
    MODEL = "model"
    ACCEPTED = "accepted"  # a model's, which the writer took as it was
    EDITED = "edited"  # a model's, changed by the writer


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one author, in UTF-16 units."""

    length: int
    author: Author


def split(runs: Sequence[Run], at: int) -> tuple[list[Run], list[Run]]:
    """Return the runs before and after the unit `at`."""
    before: list[Run] = []
    for number, run in enumerate(runs):
        if at < run.length:
            head = [Run(at, run.author)] if at else []
            return [*before, *head], [Run(run.length - at, run.author), *runs[number + 1 :]]
        before.append(run)
        at -= run.length
    return before, []


def cut(runs: Sequence[Run], start: int, end: int) -> list[Run]:
    """Return the runs of the units `[start, end)`."""
    return split(split(runs, start)[1], end - start)[0]


def joined(runs: Iterable[Run]) -> list[Run]:
    """Return the runs with neighbours of one author as one, and without empty ones."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1].author is run.author:
            found[-1] = Run(found[-1].length + run.length, run.author)
        elif run.length:
            found.append(run)
    return found


def places(runs: Iterable[Run], author: Author) -> list[tuple[int, int]]:
    """Return where the stretches of an author begin and end."""
    found, at = [], 0
    for run in runs:
        if run.author is author:
            found.append((at, at + run.length))
        at += run.length
    return found
