"""The SQLite file of one document: how it is opened, and what its errors mean to the writer. Torch-free."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from engine.errors import StorageError
from engine.store.upgrades import LATEST, all_or_nothing, upgrade


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
        upgrade(connection, 0)
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        path.unlink()  # half a database would be in the way of the next try
        raise translated(path, error) from error
    return connection


def open_database(path: Path) -> sqlite3.Connection:
    """Open the database at `path`, which no other window can then. Raises StorageError and its kinds."""
    connection, version = _checked(path)
    try:
        upgrade(connection, version)
    except sqlite3.Error as error:
        connection.close()
        raise translated(path, error) from error
    return connection


def check_free(path: Path) -> None:
    """Raise JournalLockedError where another window has the database at `path`; damaged ones are nobody's."""
    with contextlib.suppress(JournalDamagedError):
        connection, _ = _checked(path)
        connection.close()


@contextlib.contextmanager
def transaction(path: Path, connection: sqlite3.Connection) -> Iterator[None]:
    """Write all or nothing. Raises StorageError and its kinds."""
    try:
        with all_or_nothing(connection):
            yield
    except sqlite3.Error as error:
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


def _checked(path: Path) -> tuple[sqlite3.Connection, int]:
    """Return a connection to a database that holds together, and the version that it has as yet."""
    connection = None
    try:
        connection = _connect(path)
        (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if state != "ok" or not version:
            raise sqlite3.DatabaseError(f"{state}, version {version}")
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        if type(error) is sqlite3.DatabaseError:
            raise JournalDamagedError(f"The history in {path} is damaged ({error}).") from error
        raise translated(path, error) from error
    if version > LATEST:
        connection.close()
        raise StorageError(f"The history in {path} was written by a newer Penwright: it is left alone.")
    return connection, version


def _sentence(path: Path, reason: str) -> str:
    return (
        f"What you write is not kept as you type, for {reason} ({path}): "
        "free some space or save the text elsewhere, and it will be kept again."
    )
