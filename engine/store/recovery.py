"""The best text that a damaged journal still holds. Torch-free."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import StorageError
from engine.store.edits import Edit, edit_of
from engine.store.snapshots import unpacked
from engine.store.units import UnitText

_UNREADABLE = (sqlite3.Error, zlib.error, ValueError, TypeError)  # TypeError: an index names a row that is gone


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was found: the text, what its file has beside the text, and how many edits led to it."""

    text: str
    about: dict[str, Any]
    edits: int


def put_aside(path: Path) -> Path:
    """Move a damaged database out of the way, whole, and return where it is now."""
    number = 1
    while (aside := path.with_name(f"{path.stem}-{number}.damaged")).exists():
        number += 1
    for suffix in ("", "-wal"):  # the log goes first in name only: SQLite reads it where it finds both
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    return aside


def recover(path: Path) -> Recovered | None:
    """Return the latest text that the damaged database at `path` holds for certain; None if there is none.

    Begins with the last snapshot that can be read and goes on as long as each edit is whole and fits the text before.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for number, text in _snapshots(connection):
            for edit in _edits(connection, number + 1):
                with contextlib.suppress(ValueError):
                    text.redo(edit)
                    number = edit.number
                    continue
                break
            return Recovered(str(text), _about(connection), number)
    finally:
        connection.close()
    return None


def read_copy(path: Path) -> Recovered | None:
    """Return the latest text of a whole database that cannot be opened where it lies, as on a read-only disk.

    Raises StorageError where it cannot be copied either.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            for part in path.parent.glob(f"{path.name}*"):
                if part.name in (path.name, f"{path.name}-wal"):
                    shutil.copyfile(part, Path(folder) / part.name)  # without its mode, which may be read-only
        except OSError as error:
            raise StorageError(f"The history in {path} cannot be read ({error.strerror}).") from error
        return recover(Path(folder) / path.name)


def _snapshots(connection: sqlite3.Connection) -> Iterator[tuple[int, UnitText]]:
    """Yield the snapshots that can be read, the latest first."""
    with contextlib.suppress(*_UNREADABLE):
        numbers = [number for (number,) in connection.execute("SELECT edit FROM snapshots ORDER BY edit DESC")]
        for number in numbers:
            with contextlib.suppress(*_UNREADABLE):
                (data,) = connection.execute("SELECT text FROM snapshots WHERE edit = ?", (number,)).fetchone()
                yield number, unpacked(data)


def _edits(connection: sqlite3.Connection, number: int) -> Iterator[Edit]:
    """Yield the edits from `number` on, up to the first that is missing or damaged."""
    with contextlib.suppress(*_UNREADABLE):
        while row := connection.execute("SELECT * FROM edits WHERE number = ?", (number,)).fetchone():
            yield edit_of(row)
            number += 1


def _about(connection: sqlite3.Connection) -> dict[str, Any]:
    with contextlib.suppress(*_UNREADABLE):
        (value,) = connection.execute("SELECT value FROM meta WHERE key = 'about'").fetchone()
        return dict(json.loads(value))
    return {}
