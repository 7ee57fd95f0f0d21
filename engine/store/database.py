"""The SQLite file of one document: how it is opened, what is in it, what its errors mean to the writer. Torch-free."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from engine.errors import StorageError

# Edits are numbered from 1. Texts are UTF-16 units, those of a snapshot compressed. Nothing is ordered by time:
# clocks are set back.
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE edits (
    number INTEGER PRIMARY KEY, at REAL NOT NULL, origin TEXT NOT NULL, position INTEGER NOT NULL,
    removed BLOB NOT NULL, inserted BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE snapshots (edit INTEGER PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE versions (
    number INTEGER PRIMARY KEY, edit INTEGER NOT NULL, at REAL NOT NULL, reason TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE saves (
    number INTEGER PRIMARY KEY, edit INTEGER NOT NULL, at REAL NOT NULL, digest TEXT NOT NULL, done INTEGER NOT NULL);
"""
# What each version added; a new database is made in the same steps.
_UPGRADES = {
    1: _SCHEMA,
    2: """
CREATE TABLE generations (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, edit INTEGER NOT NULL, at REAL NOT NULL,
    record TEXT NOT NULL);
""",
}


class JournalLockedError(StorageError):
    """Another window has the document open."""


class JournalDamagedError(StorageError):
    """The database does not hold together; `recover` finds what can be read."""


def create_database(path: Path) -> sqlite3.Connection:
    """Make the database at `path`, for its owner's eyes only. Raises StorageError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageError(_sentence(path, error.strerror or str(error))) from error
    connection = None
    try:
        connection = _connect(path)
        _upgrade(connection, 0)
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        path.unlink()  # half a database would be in the way of the next try
        raise translated(path, error) from error
    return connection


def open_database(path: Path) -> sqlite3.Connection:
    """Open the database at `path`, which no other window can then. Raises StorageError and its kinds."""
    connection = None
    try:
        connection = _connect(path)
        (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if state != "ok" or not version:
            raise sqlite3.DatabaseError(f"{state}, version {version}")
        _upgrade(connection, version)
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        if type(error) is sqlite3.DatabaseError:
            raise JournalDamagedError(f"The history in {path} is damaged ({error}).") from error
        raise translated(path, error) from error
    if version > max(_UPGRADES):
        connection.close()
        raise StorageError(f"The history in {path} was written by a newer Penwright: it is left alone.")
    return connection


def check_free(path: Path) -> None:
    """Raise JournalLockedError where another window has the database at `path`; damaged ones are nobody's."""
    with contextlib.suppress(JournalDamagedError):
        open_database(path).close()


@contextlib.contextmanager
def transaction(path: Path, connection: sqlite3.Connection) -> Iterator[None]:
    """Write all or nothing. Raises StorageError and its kinds."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise translated(path, error) from error


def translated(path: Path, error: sqlite3.Error) -> StorageError:
    """Return what an error of SQLite's means to the writer."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return JournalLockedError("This document is open in another window of Penwright.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return JournalDamagedError(f"The history in {path} is damaged ({error}).")
        case sqlite3.SQLITE_FULL:
            return StorageError(_sentence(path, "the disk is full"))
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return StorageError(_sentence(path, "it cannot be written"))
        case sqlite3.SQLITE_IOERR:  # also of a log on a read-only disk, which cannot be taken up
            return StorageError(_sentence(path, "the disk cannot be read or written"))
        case _:
            return StorageError(_sentence(path, str(error)))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0.2, isolation_level=None, check_same_thread=False)
    try:
        # The lock is the kernel's: it goes with the process, however that ends.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _upgrade(connection: sqlite3.Connection, version: int) -> None:
    """Bring a database from `version` to the latest, all or nothing."""
    steps = [statement for number, statement in _UPGRADES.items() if number > version]
    if steps:
        connection.executescript(f"BEGIN; {''.join(steps)} PRAGMA user_version = {max(_UPGRADES)}; COMMIT;")


def _sentence(path: Path, reason: str) -> str:
    return (
        f"What you write is not kept as you type, for {reason} ({path}): "
        "free some space or save the text elsewhere, and it will be kept again."
    )
