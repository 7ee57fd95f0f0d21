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


def recover_notes(path: Path) -> str:
    """Return the writer's notes in the damaged database at `path`, "" where they cannot be read."""
    unreadable = (sqlite3.Error, ValueError, TypeError)
    with contextlib.closing(sqlite3.connect(path)) as connection, contextlib.suppress(*unreadable):
        (value,) = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
        return str(json.loads(value))
    return ""
