"""The text of a journal at any edit, one after the other, so that going through a history is fluid. Torch-free."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.store.database import JournalDamagedError
from engine.store.edits import Edit
from engine.store.journal import Journal
from engine.store.units import UnitText, from_units

_STEPS = 500  # edits that are gone through one by one; a longer way begins at a snapshot


class Scrubber:
    """Go to and fro in a history. `ask` calls a function where the journal may be read, and returns what it does.

    Cost: a step or two of the history for neighbours, a snapshot and at most 500 edits for jumps.
    """

    def __init__(self, journal: Journal, ask: Callable[[Callable[[], Any]], Any]) -> None:
        self._journal = journal
        self._ask = ask
        self.last, text = ask(lambda: (journal.last, journal.text))
        self._at = self.last
        self._text = UnitText(text)
        self._edits: dict[int, Edit] = {}

    @property
    def at(self) -> int:
        """Return the number of the edit after which the text is."""
        return self._at

    def go(self, number: int) -> str:
        """Return the text after the edit with this number, 0 for before the first."""
        number = max(0, min(number, self.last))
        if abs(number - self._at) > _STEPS:
            self._text = UnitText(self._ask(lambda: self._journal.text_at(number)))
            self._at = number
        while self._at < number:
            self._at += 1
            self._text.redo(self._edit(self._at))
        while self._at > number:
            self._text.undo(self._edit(self._at))
            self._at -= 1
        return str(self._text)

    def time_of(self, number: int) -> float:
        """Return when an edit was made, as the clock was then; 0.0 for before the first."""
        return self._edit(number).at if number else 0.0

    def before(self) -> str:
        """Return the text before the end of what the last edit up to here brought, "" before the first."""
        if not self._at:
            return ""
        edit = self._edit(self._at)
        return from_units(self._text.between(0, edit.position + len(edit.inserted) // 2))

    def _edit(self, number: int) -> Edit:
        if number not in self._edits:
            first = max(1, number - _STEPS // 2)
            try:
                found = self._ask(lambda: self._journal.edits(first, first + _STEPS))
            except JournalDamagedError:  # somewhere among them, perhaps not here
                found = self._ask(lambda: self._journal.edits(number, number))
            self._edits = {edit.number: edit for edit in found}
        return self._edits[number]
