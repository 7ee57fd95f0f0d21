"""The words of a project's documents and of the notes on them in one SQLite database (FTS5). Torch-free.

It lies in the writer's data directory and holds nothing that is not in texts and notes: whenever anything about it is
wrong, it is made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import StorageError
from engine.projects.query import Query, Snippet
from engine.projects.words import STOPS, pieces, spaced
from engine.text.words import count_words

VERSION = 2  # of what is in it; another one is made anew
MOST_HITS = 200
_PIECES = 32  # bits of a row's number that count the pieces of a document
_SURROGATE = re.compile("[\ud800-\udfff]")
_PATIENCE = 5.0  # seconds to wait for another window
_SCHEMA = (
    "CREATE TABLE documents (number INTEGER PRIMARY KEY, path TEXT NOT NULL, is_notes INTEGER NOT NULL,"
    " size INTEGER NOT NULL, changed_ns INTEGER NOT NULL, words INTEGER NOT NULL, problem TEXT NOT NULL,"
    " UNIQUE (path, is_notes))",
    "CREATE TABLE pieces (number INTEGER PRIMARY KEY, start INTEGER NOT NULL, text TEXT NOT NULL)",
    "CREATE VIRTUAL TABLE found USING fts5 (text, content = '',"
    f""" tokenize = "unicode61 remove_diacritics 2 tokenchars '{STOPS}'")""",
    f"PRAGMA user_version = {VERSION}",
)


@dataclass(frozen=True, slots=True)
class Indexed:
    """What is known of a document: how its file stood when it was read, its words, and why it could not be read."""

    stamp: tuple[int, int]
    words: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece that holds what was looked for; `start` and `end` are of the first match, counted in the document.

    Those `in_notes` are counted in the notes on it.
    """

    path: str
    start: int
    end: int
    snippet: Snippet
    in_notes: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The first hits in the order of the project, how many there are, and how many in each document."""

    hits: tuple[Hit, ...]
    total: int
    by_document: dict[str, int]


def index_path(data: Path, folder: Path) -> Path:
    """Return where the index of the project in `folder` lies, below the writer's data directory."""
    name = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return data / "projects" / f"{name}.db"


class IndexDamagedError(StorageError):
    """The database does not hold together: make it anew."""


class Index:
    """Keep documents by their paths below the project. Every failure raises StorageError."""

    def __init__(self, path: Path) -> None:
        """Open the index at `path`, made anew where it is not there, damaged, or of another version."""
        self._path = path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = _open(path) or _make(path)
        except (OSError, sqlite3.Error) as error:
            raise self._failure(error) from error

    @classmethod
    def anew(cls, path: Path) -> Index:
        """Open an empty index in place of one that turned out to be damaged."""
        delete_index(path)
        return cls(path)

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Make all changes in it at once."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._failure(error) from error
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def documents(self) -> dict[str, Indexed]:
        """Return what is known of every document."""
        rows = self._read("SELECT path, size, changed_ns, words, problem FROM documents WHERE NOT is_notes")
        return {path: Indexed((size, changed), count, problem) for path, size, changed, count, problem in rows}

    def put(self, path: str, text: str, stamp: tuple[int, int], problem: str = "") -> Indexed:
        """Take in the text of a document in place of what it held before; call it while `writing`."""
        words = self._put(path, False, text, stamp, problem)
        return Indexed(stamp, words, problem)

    def notes(self) -> dict[str, tuple[int, int]]:
        """Return how the journals stood from which the notes on documents were read."""
        rows = self._read("SELECT path, size, changed_ns FROM documents WHERE is_notes")
        return {path: (size, changed) for path, size, changed in rows}

    def put_notes(self, path: str, notes: str, stamp: tuple[int, int]) -> None:
        """Take in the notes on a document in place of what was there before; call it while `writing`."""
        self._put(path, True, notes, stamp)

    def remove(self, path: str) -> None:
        """Forget a document and the notes on it; call it while `writing`."""
        for (number,) in self._read("SELECT number FROM documents WHERE path = ?", path):
            self._empty(number)
        self._connection.execute("DELETE FROM documents WHERE path = ?", (path,))

    def search(self, query: Query, order: Sequence[str]) -> Found:
        """Return where the documents of `order` hold what is looked for."""
        if query.empty:
            return Found((), 0, {})
        names = {row[0]: row[1:] for row in self._read("SELECT number, path, is_notes FROM documents")}
        wanted = set(order)
        rows_of: dict[str, list[tuple[int, int]]] = {}
        for (row,) in self._read("SELECT rowid FROM found WHERE found MATCH ?", query.expression):
            path, is_notes = names.get(row >> _PIECES, ("", 0))
            if path in wanted:
                rows_of.setdefault(path, []).append((is_notes, row))
        counts = {path: len(rows_of[path]) for path in order if path in rows_of}
        first = [(path, *each) for path in counts for each in sorted(rows_of[path])][:MOST_HITS]
        return Found(tuple(self._hit(*each, query) for each in first), sum(counts.values()), counts)

    def _hit(self, path: str, is_notes: int, row: int, query: Query) -> Hit:
        ((start, piece),) = self._read("SELECT start, text FROM pieces WHERE number = ?", row)
        snippet = query.snippet(piece)
        return Hit(path, start + snippet.start, start + snippet.end, snippet, bool(is_notes))

    def _put(self, path: str, is_notes: bool, text: str, stamp: tuple[int, int], problem: str = "") -> int:
        """Take in a text and return how many words it has."""
        key = path, is_notes
        self._connection.execute("INSERT OR IGNORE INTO documents VALUES (NULL, ?, ?, -1, -1, 0, '')", key)
        ((number,),) = self._read("SELECT number FROM documents WHERE path = ? AND is_notes = ?", *key)
        self._empty(number)
        words, rows = 0, []
        for place, (start, piece) in enumerate(pieces(_SURROGATE.sub("\ufffd", text))):
            words += count_words(piece)
            rows.append(((number << _PIECES) + place, start, piece))
        self._connection.executemany("INSERT INTO pieces VALUES (?, ?, ?)", rows)
        self._connection.executemany(
            "INSERT INTO found (rowid, text) VALUES (?, ?)", ((row, spaced(piece)) for row, _, piece in rows)
        )
        self._connection.execute(
            "UPDATE documents SET size = ?, changed_ns = ?, words = ?, problem = ? WHERE number = ?",
            (*stamp, words, problem, number),
        )
        return words

    def _empty(self, number: int) -> None:
        """Take out the pieces of a document; an index without a text of its own has to be told it once more."""
        ends = (number << _PIECES, ((number + 1) << _PIECES) - 1)
        old = self._read("SELECT number, text FROM pieces WHERE number BETWEEN ? AND ?", *ends)
        self._connection.executemany(
            "INSERT INTO found (found, rowid, text) VALUES ('delete', ?, ?)", ((row, spaced(text)) for row, text in old)
        )
        self._connection.execute("DELETE FROM pieces WHERE number BETWEEN ? AND ?", ends)

    def _read(self, statement: str, *values: object) -> list[tuple]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> StorageError:
        damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        return (IndexDamagedError if damaged else StorageError)(
            f"The search index {self._path} cannot be used ({error}): free some space, or delete it."
        )


def _open(path: Path) -> sqlite3.Connection | None:
    """Return the database if it is there, whole and of this version; one that is not is deleted."""
    if not path.exists():
        return None
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        _set_up(connection)
        if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
            connection.execute("SELECT count(*) FROM documents, (SELECT rowid FROM found LIMIT 1)").fetchone()
            return connection
    except sqlite3.OperationalError:  # a full disk or a folder that may not be written is no fault of the file's
        connection.close()
        raise
    except sqlite3.DatabaseError:
        pass
    connection.close()
    delete_index(path)
    return None


def delete_index(path: Path) -> None:
    """Delete the index at `path`, if it is there."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _make(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    _set_up(connection)
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:  # another window may have been first
        for statement in _SCHEMA:
            connection.execute(statement)
    connection.execute("COMMIT")
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 4000")
