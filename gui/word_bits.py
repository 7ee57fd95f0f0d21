"""The words of a document with how startling they are, kept in their places while it is edited."""

from __future__ import annotations

from array import array
from bisect import bisect_left

from gui.ranges import TrackedRange


class WordBits:
    """Hold (start, end, bits) of words in the order of the text. Positions are UTF-16 units.

    All words after the last edit share one shift that is not yet written into them, so that an edit costs
    what lies between it and the one before, not the length of the text.
    """

    def __init__(self) -> None:
        self._starts = array("q")
        self._ends = array("q")
        self._bits = array("d")
        self._from = 0  # the first word that the shift belongs to
        self._shift = 0

    def __len__(self) -> int:
        return len(self._bits)

    def append(self, place: TrackedRange, bits: float) -> None:
        """Add the next word; one that was edited meanwhile is left out."""
        if not place.touched:
            self._starts.append(place.start - self._shift)
            self._ends.append(place.end - self._shift)
            self._bits.append(bits)

    def between(self, start: int, end: int) -> list[tuple[int, int, float]]:
        """Return the words that reach into `[start, end)`."""
        first, last = self._first_ending_at(start + 1), self._first_starting_at(end)
        return [(self._at(self._starts, i), self._at(self._ends, i), self._bits[i]) for i in range(first, last)]

    def edit(self, position: int, removed: int, added: int) -> bool:
        """Follow an edit; words that it reached or adjoins are forgotten: tell whether there were any."""
        first, last = self._first_ending_at(position), self._first_starting_at(position + removed + 1)
        self._move_shift(first)
        for values in (self._starts, self._ends, self._bits):
            del values[first:last]
        self._shift += added - removed
        return last > first

    def _at(self, values: array[int], index: int) -> int:
        return values[index] + (self._shift if index >= self._from else 0)

    def _first_ending_at(self, position: int) -> int:
        return self._search(self._ends, position)

    def _first_starting_at(self, position: int) -> int:
        return self._search(self._starts, position)

    def _search(self, values: array[int], position: int) -> int:
        """Return the first index whose true value is at least `position`."""
        index = bisect_left(values, position, 0, self._from)
        return index if index < self._from else bisect_left(values, position - self._shift, self._from)

    def _move_shift(self, index: int) -> None:
        """Have the shift begin at `index`."""
        low, high = sorted((index, self._from))
        change = self._shift if index > self._from else -self._shift
        for values in (self._starts, self._ends):
            for place in range(low, high):
                values[place] += change
        self._from = index
