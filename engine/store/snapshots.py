"""The snapshots of a journal: whole texts between its edits, which shorten the way to any of them. Torch-free.

Edits alone lead to every text from the first snapshot on. The two latest stay, in case the last is damaged.
"""

from __future__ import annotations

import itertools
import sqlite3
import zlib
from collections.abc import Sequence

from engine.store.units import UnitText, from_units

EDITS_PER_SNAPSHOT = 500
_SHARE = 50  # of the way back to a snapshot, which is how far it may be from the next
_LEVEL = 3  # of compression: half the time of the usual one for a tenth more bytes


def put_snapshot(connection: sqlite3.Connection, number: int, text: UnitText) -> None:
    """Keep a text as of the edit with this number, and let those go that lie too close together."""
    data = zlib.compress(text.data, _LEVEL)
    connection.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?)", (number, data))
    numbers = [number for (number,) in connection.execute("SELECT edit FROM snapshots ORDER BY edit DESC")]
    connection.executemany("DELETE FROM snapshots WHERE edit = ?", [(each,) for each in superfluous(numbers)])


def unpacked(data: bytes) -> UnitText:
    """Return the text of a snapshot. Raises zlib.error or ValueError where it is damaged."""
    return UnitText(from_units(zlib.decompress(data)))


def superfluous(snapshots: Sequence[int]) -> list[int]:
    """Return which of the snapshots, the latest first, lie too close together to be kept: the older, the fewer."""
    gone, kept = [], snapshots[:2]
    for number, older in itertools.pairwise(snapshots[2:]):
        distance = max(EDITS_PER_SNAPSHOT, (snapshots[0] - kept[-1]) // _SHARE)
        if kept[-1] - older <= distance:  # what is left without it is no further apart than that
            gone.append(number)
        else:
            kept = [*kept, number]
    return gone
