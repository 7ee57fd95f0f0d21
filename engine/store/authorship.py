"""Who wrote what of a text, found from its edits. Torch-free.

Text that a model wrote stays the model's until the writer accepts it, or changes something inside it; all of that
stretch then counts as edited. What the writer adds to text that was accepted is the writer's. Text that comes back, by
undo, by an earlier version, by dragging or by pasting what was cut or copied here, comes with its authors, and so does
what was copied from another document.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.store.edits import Edit, Origin
from engine.store.journal import Journal
from engine.store.runs import Author, Run, cut, joined, split
from engine.store.units import UnitText, changed_span, find_units, from_units, to_units

_REMEMBERED = 200  # stretches that went and may come back
_KEPT = 50_000  # units of those that are remembered when the text is closed
_CHUNK = 2_000  # edits that are read at a time
_SHORTEST = 8  # units; what is shorter is the same by chance
_KEY = "authors"


@dataclass(slots=True)
class _Gone:
    """A stretch that was taken out: its units, whose they were, where it stood."""

    units: bytes
    runs: list[Run]
    position: int


class Authorship:
    """Follow the edits of a text, which begins as the writer's own unless `runs` say otherwise."""

    def __init__(self, text: str, runs: Sequence[Run] = ()) -> None:
        """Begin with `text`. Raises ValueError where the runs are not as long as it is."""
        self._text = UnitText(text)
        length = len(self._text)
        self._runs = joined(runs or [Run(length, Author.HUMAN)])
        if sum(run.length for run in self._runs) != length:
            raise ValueError(f"runs of {sum(run.length for run in self._runs)} units for a text of {length}")
        self._gone: deque[_Gone] = deque(maxlen=_REMEMBERED)
        self._removing = False  # whether the last edit only took text out

    @property
    def runs(self) -> list[Run]:
        """Return the stretches in order."""
        return list(self._runs)

    def to_json(self) -> dict[str, Any]:
        """Return whose the text is as a JSON object, and whose that was which undo or redo may bring back."""
        gone, units = [], 0
        for each in self._gone:
            if all(run.author is Author.HUMAN for run in each.runs):
                continue  # the writer's own is found to be so without
            units += len(each.units) // 2
            if units <= _KEPT:
                gone.append({"text": from_units(each.units), "at": each.position, "runs": _listed(each.runs)})
        return {"runs": _listed(self._runs), "gone": gone}

    @classmethod
    def from_json(cls, text: str, values: dict[str, Any]) -> Authorship:
        """Go on with a text as `to_json` described it. Raises ValueError where it is another text."""
        authors = cls(text, _unlisted(values["runs"]))
        for each in values.get("gone", ()):  # which an earlier Penwright did not keep
            authors._gone.append(_Gone(to_units(each["text"]), _unlisted(each["runs"]), each["at"]))
        return authors

    def follow(self, edits: Iterable[Edit]) -> None:
        """Take edits of a journal into account."""
        for edit in edits:
            self.change(edit.position, len(edit.removed) // 2, edit.inserted, edit.origin)

    def change(self, position: int, removed: int, inserted: bytes, origin: Origin, runs: Sequence[Run] = ()) -> bool:
        """Take an edit into account; tell whether it touched text that a model wrote or brought some.

        `runs` say whose the inserted text is where it brought that along; else that is found out. Raises ValueError
        for positions outside the text.
        """
        units = self._text.between(position, position + removed)
        moved = _moved(units, inserted) if origin is not Origin.MODEL else 0
        if moved:
            return self._move(position, units, moved, origin)
        head, old_end, new_end = changed_span(units, inserted)  # Qt reports some edits wider than they are
        # A model's wording and what was pasted are so whole, with letters that happen to be alike.
        if (origin is Origin.MODEL and head < min(old_end, new_end)) or runs:
            head, old_end, new_end = 0, removed, len(inserted) // 2
        new = inserted[2 * head : 2 * new_end]
        comes = list(runs) if runs else self._authors(new, origin)
        self._text.replace(position, removed, inserted)
        return self._replace(position + head, units[2 * head : 2 * old_end], comes, origin)

    def forget(self) -> None:
        """Forget what was taken out; should it come back, it is found to be the writer's."""
        self._gone.clear()

    def align(self, text: str, origin: Origin) -> None:
        """Take whatever makes the text equal to `text` as one edit by `origin`."""
        self.change(0, len(self._text), to_units(text), origin)

    def accept(self, start: int, end: int) -> None:
        """Take what a model wrote among the units `[start, end)` as accepted."""
        before, rest = split(self._runs, start)
        inside, after = split(rest, end - start)
        taken = [Run(run.length, Author.ACCEPTED) if run.author is Author.MODEL else run for run in inside]
        self._runs = joined([*before, *taken, *after])

    def shares(self) -> dict[Author, int]:
        """Return how many units each kind of author has."""
        return {author: sum(run.length for run in self._runs if run.author is author) for author in Author}

    def _move(self, start: int, units: bytes, length: int, origin: Origin) -> bool:
        """Let the first `length` of the units at `start` change places with those behind them."""
        self._text.replace(start, len(units) // 2, units[2 * length :] + units[: 2 * length])
        rest = len(units) // 2 - length
        source, target = (start, start + rest) if length <= rest else (start + length, start)
        size = min(length, rest)
        moving = units[: 2 * length] if length <= rest else units[2 * length :]
        comes = cut(self._runs, source, source + size)
        left = self._replace(source, moving, [], origin)
        return self._replace(target, b"", comes, origin) or left

    def _replace(self, start: int, units: bytes, comes: list[Run], origin: Origin) -> bool:
        before, rest = split(self._runs, start)
        gone, after = split(rest, len(units) // 2)
        self._remember(_Gone(units, gone, start), alone=not comes)
        touched = any(run.author is Author.MODEL for run in (*before[-1:], *gone, *comes, *after[:1]))
        if origin is Origin.HUMAN and _inside(before, gone, after):
            before = _edited(before, last=True)
            after = _edited(after, last=False)
            comes = [Run(run.length, Author.EDITED) for run in comes]
        self._runs = joined([*before, *comes, *after])
        return touched

    def _remember(self, gone: _Gone, *, alone: bool) -> None:
        """Keep what went; what the same key took out, letter by letter, is one stretch."""
        if gone.units and alone and self._removing and self._gone:
            last = self._gone[0]
            if gone.position + len(gone.units) // 2 == last.position:
                gone = _Gone(gone.units + last.units, joined([*gone.runs, *last.runs]), gone.position)
                self._gone.popleft()
            elif gone.position == last.position:
                gone = _Gone(last.units + gone.units, joined([*last.runs, *gone.runs]), gone.position)
                self._gone.popleft()
        if gone.units:
            self._gone.appendleft(gone)
        self._removing = alone

    def _authors(self, units: bytes, origin: Origin) -> list[Run]:
        """Return whose text is that comes in."""
        length = len(units) // 2
        if not length:
            return []
        if origin is Origin.MODEL:
            return [Run(length, Author.MODEL)]
        if origin is not Origin.HUMAN or length >= _SHORTEST:
            for gone in self._gone:
                at = 0 if gone.units == units else find_units(gone.units, units) if length >= _SHORTEST else -1
                if at >= 0:
                    return cut(gone.runs, at, at + length)
        if origin is Origin.HUMAN and length >= _SHORTEST and len(self._runs) > 1:
            at = self._text.find(units)
            if at >= 0:
                return cut(self._runs, at, at + length)
        return [Run(length, Author.HUMAN)]


def put_authors(journal: Journal, authors: dict[str, Any]) -> None:
    """Keep whose the text of a journal is as of now, as `to_json` says: it need not be found from the first edit on.

    Raises StorageError.
    """
    journal.put_value(_KEY, {"edit": journal.last, **authors})


def authors_of(journal: Journal) -> Authorship:
    """Return who wrote what of the text of a journal. Raises StorageError where the history cannot be read."""
    kept = journal.value(_KEY)
    begin = kept["edit"] if kept else 0
    text = journal.text_at(begin)
    try:
        authors = Authorship.from_json(text, kept) if kept else Authorship(text)
    except ValueError:  # the text was changed by other means than the window's, which alone keeps runs
        begin, authors = 0, Authorship(journal.text_at(0))
    for first in range(begin + 1, journal.last + 1, _CHUNK):
        authors.follow(journal.edits(first, min(journal.last, first + _CHUNK - 1)))
    return authors


def _moved(old: bytes, new: bytes) -> int:
    """Return how many of the first units of `old` are the last of `new`, if nothing else differs; 0 if anything does.

    That is what dragging looks like: Qt reports taking out and putting in as one edit.
    """
    if len(old) != len(new) or len(old) < 2 * _SHORTEST or old == new:
        return 0
    length = find_units(old + old, new)
    return max(0, length)


def _listed(runs: Iterable[Run]) -> list[tuple[int, str]]:
    return [(run.length, run.author.value) for run in runs]


def _unlisted(values: Iterable[Sequence[Any]]) -> list[Run]:
    return [Run(length, Author(author)) for length, author in values]


def _inside(before: list[Run], gone: list[Run], after: list[Run]) -> bool:
    """Tell whether an edit between the runs reaches into a stretch of a model's, which goes on beside it."""
    sides = [runs[at] for runs, at in ((before, -1), (after, 0)) if runs]
    models = [run for run in sides if _changeable(run)]
    return bool(models) and (any(map(_changeable, gone)) or len(models) == 2)


def _changeable(run: Run) -> bool:
    return run.author in (Author.MODEL, Author.EDITED)


def _edited(runs: list[Run], *, last: bool) -> list[Run]:
    """Return runs whose last or first stretch, if it is a model's, counts as edited."""
    if not runs:
        return runs
    at = -1 if last else 0
    if runs[at].author is Author.MODEL:
        runs = list(runs)
        runs[at] = Run(runs[at].length, Author.EDITED)
    return runs
