"""What is written down of an edit: where, what went, what came, and who made it. Torch-free."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Who or what changed the text."""

    HUMAN = "human"
    MODEL = "model"
    UNDO = "undo"
    REDO = "redo"
    RESTORE = "restore"  # an earlier version was brought back
    OUTSIDE = "outside"  # another program changed the file


@dataclass(frozen=True, slots=True)
class Change:
    """An edit as the window sees it: `removed` units at `position` made way for `inserted`."""

    position: int
    removed: int
    inserted: str
    origin: Origin = Origin.HUMAN


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit as the journal keeps it, with what went (`removed` and `inserted` are UTF-16 units)."""

    number: int
    at: float  # seconds since 1970 by the machine's clock, which may have been set back
    origin: Origin
    position: int
    removed: bytes
    inserted: bytes

    @property
    def checksum(self) -> int:
        """Return what tells a damaged row from a whole one."""
        head = f"{self.number} {self.origin} {self.position} {len(self.removed)}".encode("ascii")
        return zlib.crc32(self.inserted, zlib.crc32(self.removed, zlib.crc32(head)))

    @property
    def row(self) -> tuple[int, float, str, int, bytes, bytes, int]:
        """Return the edit as a row of the database."""
        fields = (self.number, self.at, self.origin.value, self.position, self.removed, self.inserted)
        return (*fields, self.checksum)


def edit_of(row: tuple[int, float, str, int, bytes, bytes, int]) -> Edit:
    """Return the edit in a row of the database. Raises ValueError for one that is damaged."""
    number, at, origin, position, removed, inserted, checksum = row
    edit = Edit(number, at, Origin(origin), position, removed, inserted)
    if edit.checksum != checksum:
        raise ValueError(f"edit {number} is damaged")
    return edit
