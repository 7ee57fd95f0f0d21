"""The journal of one document: every edit from the first, and the text as of any of them. Torch-free.

An edit is accepted once `append` returns: it is then in the database's log, which outlives the process however that
ends. What a power cut could take is what was written since the last `checkpoint`.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.errors import StorageError
from engine.store.database import JournalDamagedError, create_database, open_database, transaction, translated
from engine.store.edits import Change, Edit, Origin, edit_of
from engine.store.milestones import Save, Version
from engine.store.snapshots import EDITS_PER_SNAPSHOT, put_snapshot, unpacked
from engine.store.units import UnitText, changed_span, from_units, to_units

SECONDS_PER_SNAPSHOT = 30.0


class Journal:
    """Keep the edits of a document in the database at `path`; nothing is written before the first.

    A failure to write raises StorageError and loses nothing: what was not written waits for the next try.
    """

    def __init__(self, path: Path, text: str, about: dict[str, Any], clock: Callable[[], float] = time.time) -> None:
        """Begin the journal of a document that holds `text`; `about` is what its file has beside the text."""
        self.path = path
        self.about = about
        self.clock = clock
        self._text = UnitText(text)
        self._last = 0
        self._waiting: list[Edit] = []
        self._connection: sqlite3.Connection | None = None
        self._since_snapshot = 0
        self._snapshot_at = time.monotonic()

    @classmethod
    def load(cls, path: Path) -> Journal:
        """Open a journal that is there. Raises JournalLockedError, JournalDamagedError or StorageError."""
        connection = open_database(path)
        try:
            about = dict(connection.execute("SELECT key, value FROM meta"))
            journal = cls(path, "", json.loads(about["about"]))
            journal._connection = connection
            journal._last = connection.execute("SELECT ifnull(max(number), 0) FROM edits").fetchone()[0]
            journal._text = journal._text_at(journal._last)
        except (sqlite3.Error, zlib.error, ValueError, KeyError, StorageError) as error:
            connection.close()
            raise JournalDamagedError(f"The history in {path} is damaged ({error}).") from error
        return journal

    @property
    def text(self) -> str:
        """Return the text after the last edit."""
        return str(self._text)

    @property
    def last(self) -> int:
        """Return the number of the last edit, 0 where there is none."""
        return self._last

    @property
    def behind(self) -> bool:
        """Tell whether edits wait that could not be written."""
        return bool(self._waiting)

    def create(self) -> None:
        """Make the database now, so that no other window can open the document."""
        if self._connection is None:
            connection = create_database(self.path)
            base = UnitText(str(self._text))
            for edit in reversed(self._waiting):
                base.undo(edit)
            with transaction(self.path, connection):
                connection.execute("INSERT INTO meta VALUES ('about', ?)", (json.dumps(self.about),))
                put_snapshot(connection, 0, base)
            self._connection = connection

    def append(self, changes: Sequence[Change]) -> int:
        """Write edits down, all or none of them; return the number of the last. Raises StorageError."""
        now = self.clock()
        for change in changes:
            inserted = to_units(change.inserted)
            removed = self._text.replace(change.position, change.removed, inserted)
            self._last += 1
            self._waiting.append(Edit(self._last, now, change.origin, change.position, removed, inserted))
        self.flush()
        return self._last

    def flush(self) -> None:
        """Write what waits, and a snapshot where one is due. Raises StorageError."""
        if not self._waiting:
            return
        with self.writing():
            pass
        due = time.monotonic() - self._snapshot_at >= SECONDS_PER_SNAPSHOT
        if due or self._since_snapshot >= EDITS_PER_SNAPSHOT:
            self.snapshot()

    def align(self, text: str, origin: Origin) -> None:
        """Write down whatever makes the text equal to `text`, as one edit by `origin`."""
        old, new = self._text.data, to_units(text)
        if old != new:
            start, old_end, new_end = changed_span(old, new)
            self.append([Change(start, old_end - start, from_units(new[2 * start : 2 * new_end]), origin)])

    def snapshot(self) -> None:
        """Keep the whole text as of now. Raises StorageError."""
        with self.writing() as connection:
            self._put_snapshot(connection)
        self._since_snapshot = 0

    def mark(self, reason: str, name: str = "") -> None:
        """Make the text as of now a version to go back to. Raises StorageError."""
        with self.writing() as connection:
            self._put_snapshot(connection)
            values = (self._last, self.clock(), reason, name)
            connection.execute("INSERT INTO versions (edit, at, reason, name) VALUES (?, ?, ?, ?)", values)

    def begin_save(self, digest: str, about: dict[str, Any]) -> None:
        """Note that the text goes into a file with this digest, before it does: a kill may come between.

        Raises StorageError.
        """
        self.about = about
        with self.writing() as connection:
            self._put_snapshot(connection)
            values = (self._last, self.clock(), digest)
            connection.execute("INSERT INTO saves (edit, at, digest, done) VALUES (?, ?, ?, 0)", values)
            connection.execute("UPDATE meta SET value = ? WHERE key = 'about'", (json.dumps(about),))

    def end_save(self) -> None:
        """Note that the last save came to its end. Raises StorageError."""
        with self.writing() as connection:
            connection.execute("UPDATE saves SET done = 1 WHERE number = (SELECT max(number) FROM saves)")

    def saves(self) -> list[Save]:
        """Return the saves, the latest first."""
        rows = self._read("SELECT edit, digest, done FROM saves ORDER BY number DESC")
        return [Save(edit, digest, bool(done)) for edit, digest, done in rows]

    def put_value(self, key: str, value: Any) -> None:
        """Keep something about the text that JSON can hold, in place of what was kept before. Raises StorageError."""
        with self.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))

    def value(self, key: str) -> Any:
        """Return what is kept about the text under a key, None where there is nothing."""
        rows = self._read("SELECT value FROM meta WHERE key = ?", key)
        return json.loads(rows[0][0]) if rows else None

    def versions(self) -> list[Version]:
        """Return the versions and saves in the order of their edits."""
        rows = self._read(
            "SELECT edit, at, reason, name FROM versions"
            " UNION ALL SELECT edit, at, 'saved', '' FROM saves WHERE done AND edit > 0 ORDER BY edit"
        )
        return [Version(*row) for row in rows]

    def edits(self, first: int, last: int) -> list[Edit]:
        """Return the edits numbered `first` to `last`. Raises JournalDamagedError where one is not whole."""
        rows = self._read("SELECT * FROM edits WHERE number BETWEEN ? AND ? ORDER BY number", first, last)
        with self.reading():
            return [edit_of(row) for row in rows]

    def text_at(self, number: int) -> str:
        """Return the text as it was after an edit, 0 for before the first. Raises JournalDamagedError."""
        with self.reading():
            return str(self._text_at(number))

    def checkpoint(self) -> None:
        """Bring what is in the log to the disk, so that a power cut cannot take it. Raises StorageError."""
        self._read("PRAGMA wal_checkpoint(PASSIVE)")

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write in one transaction, first of all the edits that wait. Raises StorageError."""
        self.create()
        assert self._connection is not None
        with transaction(self.path, self._connection):
            rows = [edit.row for edit in self._waiting]
            self._connection.executemany("INSERT INTO edits VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            yield self._connection
        self._since_snapshot += len(rows)
        self._waiting.clear()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """Read; there is no database before the first edit. Raises JournalDamagedError for what is not whole."""
        try:
            yield self._connection
        except sqlite3.Error as error:
            raise translated(self.path, error) from error
        except (ValueError, zlib.error) as error:
            raise JournalDamagedError(f"A part of the history in {self.path} is damaged ({error}).") from error

    def close(self) -> None:
        """Let go of the database; what still waits is tried once more. Raises StorageError."""
        try:
            self.flush()
        finally:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _text_at(self, number: int) -> UnitText:
        rows = self._read("SELECT edit, text FROM snapshots WHERE edit <= ? ORDER BY edit DESC LIMIT 1", number)
        ((start, data),) = rows
        text = unpacked(data)
        edits = self.edits(start + 1, number)
        if len(edits) != number - start:
            raise ValueError(f"{number - start - len(edits)} edits before {number} are missing")
        for edit in edits:
            text.redo(edit)
        return text

    def _put_snapshot(self, connection: sqlite3.Connection) -> None:
        put_snapshot(connection, self._last, self._text)
        self._snapshot_at = time.monotonic()

    def _read(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self.reading() as connection:
            return [] if connection is None else connection.execute(statement, values).fetchall()
