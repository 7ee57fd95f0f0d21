"""A text that is edited in place, counted in UTF-16 units as a QTextDocument counts it. Torch-free."""

from __future__ import annotations

from engine.store.edits import Edit


class UnitText:
    """A text of which stretches are replaced; half a surrogate pair may be taken out, as Qt can."""

    def __init__(self, text: str = "") -> None:
        self._data = bytearray(to_units(text))

    def __len__(self) -> int:
        """Return the length in units."""
        return len(self._data) // 2

    def __str__(self) -> str:
        """Return the text."""
        return from_units(self._data)

    @property
    def data(self) -> bytes:
        """Return the text as `to_units` would."""
        return bytes(self._data)

    def replace(self, position: int, removed: int, inserted: bytes) -> bytes:
        """Put the units `inserted` in place of `removed` ones at `position`; return those that went.

        Raises ValueError for positions outside the text.
        """
        if not 0 <= position <= position + removed <= len(self):
            raise ValueError(f"{removed} units at {position} lie outside a text of {len(self)}")
        start, end = 2 * position, 2 * (position + removed)
        gone = bytes(self._data[start:end])
        self._data[start:end] = inserted
        return gone

    def between(self, start: int, end: int) -> bytes:
        """Return the units `[start, end)`."""
        return bytes(self._data[2 * start : 2 * end])

    def find(self, units: bytes) -> int:
        """Return where `units` stand first, -1 where they do not."""
        return find_units(self._data, units)

    def redo(self, edit: Edit) -> None:
        """Do `edit` again. Raises ValueError where the text is not what it was before it."""
        if self.replace(edit.position, len(edit.removed) // 2, edit.inserted) != edit.removed:
            raise ValueError(f"edit {edit.number} does not fit the text before it")

    def undo(self, edit: Edit) -> None:
        """Take `edit` back. Raises ValueError where the text is not what it was after it."""
        if self.replace(edit.position, len(edit.inserted) // 2, edit.removed) != edit.inserted:
            raise ValueError(f"edit {edit.number} does not fit the text after it")


def to_units(text: str) -> bytes:
    """Return `text` as UTF-16 units of two bytes each."""
    return text.encode("utf-16-le", "surrogatepass")


def from_units(data: bytes | bytearray) -> str:
    """Return the text of UTF-16 units; lone surrogates stay what they are."""
    return data.decode("utf-16-le", "surrogatepass")


def find_units(units: bytes | bytearray, wanted: bytes) -> int:
    """Return the unit at which `wanted` begins first in `units`, -1 where it is not there."""
    at = units.find(wanted)
    while at > 0 and at % 2:
        at = units.find(wanted, at + 1)
    return at // 2  # of -1 is -1


def changed_span(old: bytes, new: bytes) -> tuple[int, int, int]:
    """Return where two unit texts differ: the common beginning, and where the common end starts in each, in units."""
    head = _common(old, new)
    limit = min(len(old), len(new)) // 2 - head
    tail = min(limit, _common_end(old, new))
    return head, len(old) // 2 - tail, len(new) // 2 - tail


def _common(one: bytes, other: bytes) -> int:
    """Return the number of units that two texts begin with alike, found by halving."""
    low, high = 0, min(len(one), len(other)) // 2
    while low < high:
        middle = (low + high + 1) // 2
        if one[2 * low : 2 * middle] == other[2 * low : 2 * middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other)) // 2
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - 2 * middle : len(one) - 2 * low] == other[len(other) - 2 * middle : len(other) - 2 * low]:
            low = middle
        else:
            high = middle - 1
    return low
