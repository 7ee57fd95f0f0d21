"""Who wrote what of a text, found from the edits of its journal. Torch-free.

Text that a model wrote stays the model's until the writer changes something inside it; all of that stretch then counts
as edited. Text that comes back, by undo, by an earlier version or by cutting and pasting, comes back with its authors.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from engine.store.edits import Edit, Origin
from engine.store.journal import Journal
from engine.store.units import UnitText

_REMEMBERED = 200  # stretches that went and may come back
_CHUNK = 2_000  # edits that are read at a time
_SHORTEST = 8  # units; what is shorter is the same by chance


class Author(Enum):
    """Whose a stretch is."""

    HUMAN = "human"
    MODEL = "model"
    EDITED = "edited"  # a model's, changed by the writer


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one author, in UTF-16 units."""

    length: int
    author: Author


class Authorship:
    """Follow the edits of a text that begins as the writer's own."""

    def __init__(self, length: int) -> None:
        self._runs = [Run(length, Author.HUMAN)] if length else []
        self._gone: deque[tuple[bytes, list[Run]]] = deque(maxlen=_REMEMBERED)

    @property
    def runs(self) -> list[Run]:
        """Return the stretches in order."""
        return list(self._runs)

    def follow(self, edits: Iterable[Edit]) -> None:
        """Take edits into account."""
        for edit in edits:
            self._follow(edit)

    def shares(self) -> dict[Author, int]:
        """Return how many units each kind of author has."""
        return {author: sum(run.length for run in self._runs if run.author is author) for author in Author}

    def _follow(self, edit: Edit) -> None:
        start, end = edit.position, edit.position + len(edit.removed) // 2
        before, rest = _split(self._runs, start)
        gone, after = _split(rest, end - start)
        comes = self._authors(edit)
        if edit.removed:
            self._gone.appendleft((edit.removed, gone))
        if edit.origin is Origin.HUMAN and _inside(before, gone, after):
            before = _edited(before, last=True)
            after = _edited(after, last=False)
            comes = [Run(run.length, Author.EDITED) for run in comes]
        self._runs = _joined([*before, *comes, *after])

    def _authors(self, edit: Edit) -> list[Run]:
        length = len(edit.inserted) // 2
        if not length:
            return []
        if edit.origin is Origin.MODEL:
            return [Run(length, Author.MODEL)]
        if edit.origin is not Origin.HUMAN or length >= _SHORTEST:
            for removed, runs in self._gone:
                if removed == edit.inserted:
                    return runs
        return [Run(length, Author.HUMAN)]


def shares_of(journal: Journal) -> tuple[dict[Author, int], float]:
    """Return how many units of the text each kind of author has, and when the first edit was made (0.0 for none).

    Raises StorageError where the history cannot be read.
    """
    authors = Authorship(len(UnitText(journal.text_at(0))))
    since = 0.0
    for first in range(1, journal.last + 1, _CHUNK):
        edits = journal.edits(first, min(journal.last, first + _CHUNK - 1))
        since = since or edits[0].at
        authors.follow(edits)
    return authors.shares(), since


def _split(runs: list[Run], at: int) -> tuple[list[Run], list[Run]]:
    """Return the runs before and after the unit `at`."""
    before: list[Run] = []
    for number, run in enumerate(runs):
        if at < run.length:
            head = [Run(at, run.author)] if at else []
            return [*before, *head], [Run(run.length - at, run.author), *runs[number + 1 :]]
        before.append(run)
        at -= run.length
    return before, []


def _inside(before: list[Run], gone: list[Run], after: list[Run]) -> bool:
    """Tell whether an edit between the runs reaches into a stretch of a model's, which goes on beside it."""
    sides = [runs[at].author for runs, at in ((before, -1), (after, 0)) if runs]
    models = [author for author in sides if author is not Author.HUMAN]
    cut = any(run.author is not Author.HUMAN for run in gone)
    return bool(models) and (cut or len(models) == 2)


def _edited(runs: list[Run], *, last: bool) -> list[Run]:
    """Return runs whose last or first stretch, if it is a model's, counts as edited."""
    if not runs:
        return runs
    at = -1 if last else 0
    if runs[at].author is Author.MODEL:
        runs = list(runs)
        runs[at] = Run(runs[at].length, Author.EDITED)
    return runs


def _joined(runs: Iterable[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].author is run.author:
            joined[-1] = Run(joined[-1].length + run.length, run.author)
        elif run.length:
            joined.append(run)
    return joined
