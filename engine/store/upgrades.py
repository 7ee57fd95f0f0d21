"""What is in the database of a document, and how one of an earlier Penwright is brought up to date. Torch-free."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator

from engine.store.texts import Texts, shorten

_WORTH_IT = 1_000_000  # bytes without use in a file that is written anew to be rid of them

# Edits are numbered from 1. Texts are UTF-16 units, those of a snapshot compressed. Nothing is ordered by time:
# clocks are set back.
_FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE edits (
    number INTEGER PRIMARY KEY, at REAL NOT NULL, origin TEXT NOT NULL, position INTEGER NOT NULL,
    removed BLOB NOT NULL, inserted BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE snapshots (edit INTEGER PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE versions (
    number INTEGER PRIMARY KEY, edit INTEGER NOT NULL, at REAL NOT NULL, reason TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE saves (
    number INTEGER PRIMARY KEY, edit INTEGER NOT NULL, at REAL NOT NULL, digest TEXT NOT NULL, done INTEGER NOT NULL)
"""
_GENERATIONS = """
CREATE TABLE generations (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, edit INTEGER NOT NULL, at REAL NOT NULL,
    record TEXT NOT NULL)
"""
_TEXTS = """
CREATE TABLE pieces (number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, text BLOB NOT NULL);
CREATE TABLE texts (number INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, pieces BLOB NOT NULL)
"""


@contextlib.contextmanager
def all_or_nothing(connection: sqlite3.Connection) -> Iterator[None]:
    """Write in one transaction. Raises sqlite3.Error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def upgrade(connection: sqlite3.Connection, version: int) -> None:
    """Bring a database from `version` (0 is an empty one) to the latest, all or nothing. Raises sqlite3.Error."""
    steps = [step for number, step in _STEPS.items() if number > version]
    if not steps:
        return
    with all_or_nothing(connection):
        for step in steps:
            step(connection)
        connection.execute(f"PRAGMA user_version = {LATEST}")
    if version:
        _shrink(connection)


def _making(tables: str) -> Callable[[sqlite3.Connection], None]:
    """Return the step that makes tables."""

    def make(connection: sqlite3.Connection) -> None:
        for statement in tables.split(";"):
            connection.execute(statement)

    return make


def _keep_texts_once(connection: sqlite3.Connection) -> None:
    """Take the texts out of the records of generations, each of which held the whole of its own."""
    _making(_TEXTS)(connection)
    texts = Texts(connection)
    for (number,) in connection.execute("SELECT number FROM generations").fetchall():
        (kept,) = connection.execute("SELECT record FROM generations WHERE number = ?", (number,)).fetchone()
        # A damaged record stays as it is: whoever reads it will say so.
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            record = json.loads(kept)
            shorten(record, texts)
            connection.execute("UPDATE generations SET record = ? WHERE number = ?", (json.dumps(record), number))


def _shrink(connection: sqlite3.Connection) -> None:
    """Give back to the disk what the file no longer needs."""
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (page,) = connection.execute("PRAGMA page_size").fetchone()
    if free * page < _WORTH_IT:
        return
    # It takes as much room again for a moment: on a full disk the file stays as large, and is filled by what follows.
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# What each version added; a new database is made in the same steps.
_STEPS = {1: _making(_FIRST), 2: _making(_GENERATIONS), 3: _keep_texts_once}
LATEST = max(_STEPS)
