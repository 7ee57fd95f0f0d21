"""The writer's notes about a text, as the journal keeps them. Torch-free."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

from engine.store.journal import Journal

_KEY = "notes"


def put_notes(journal: Journal, notes: str) -> None:
    """Keep the writer's notes about the text, in place of what was kept before. Raises StorageError."""
    journal.put_value(_KEY, notes)


def notes_of(journal: Journal) -> str:
    """Return the writer's notes about the text."""
    return journal.value(_KEY) or ""


def stamp_of(database: Path) -> tuple[int, int]:
    """Return what differs once anything was written to a journal: its bytes, and when the latest were written."""
    size = latest = 0
    for path in (database, database.with_name(f"{database.name}-wal")):
        with contextlib.suppress(OSError):  # not there, or not any more
            status = path.stat()
            size, latest = size + status.st_size, max(latest, status.st_mtime_ns)
    return size, latest


def read_notes(database: Path) -> str | None:
    """Return the notes in a journal without taking it up; None where a window has it, or it cannot be read.

    Also None where a kill left a log: that could be read only under a lock, which would keep a window from opening the
    journal. Opening it clears the log away.
    """
    log = database.with_name(f"{database.name}-wal")
    if log.exists():
        return None
    with contextlib.suppress(sqlite3.Error, ValueError):
        # Without a log everything is in the file, and is read without a lock.
        uri = f"{database.as_uri()}?mode=ro&immutable=1"
        with contextlib.closing(sqlite3.connect(uri, timeout=0, uri=True)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
        notes = json.loads(row[0]) if row else ""
        return None if log.exists() else notes  # a window came while it was read
    return None


def recover_notes(path: Path) -> str:
    """Return the writer's notes in the damaged database at `path`, "" where they cannot be read."""
    unreadable = (sqlite3.Error, ValueError, TypeError)
    with contextlib.closing(sqlite3.connect(path)) as connection, contextlib.suppress(*unreadable):
        (value,) = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
        return str(json.loads(value))
    return ""
