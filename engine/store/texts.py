"""Long texts that many records hold, each kept once: what a model was asked to go on with may be a whole novel.

A text is cut where its lines say so, and each piece is kept once and compressed. So a text that differs from an earlier
one in some places costs the pieces around these places, wherever they are. Torch-free.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from typing import Any

PIECE = 4096  # characters that a piece has on average
_LONGEST = 4 * PIECE
_LONG = 500  # characters of a text that is worth a row
_KEPT = "kept"


class Texts:
    """The texts in the database behind `connection`, which are numbered from 1."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._read: dict[int, str] = {}  # pieces by number: most texts of a journal share theirs

    def put(self, text: str) -> int:
        """Keep `text` unless it is kept already; return its number. Raises sqlite3.Error."""
        digest = _digest(_encoded(text))
        found = self._number("texts", digest)
        if found is None:
            numbers = json.dumps([self._put_piece(piece) for piece in pieces(text)])
            values = (digest, zlib.compress(numbers.encode("ascii")))
            found = self._connection.execute("INSERT INTO texts (digest, pieces) VALUES (?, ?)", values).lastrowid
        assert found is not None
        return found

    def get(self, number: int) -> str:
        """Return a text. Raises ValueError or zlib.error where it is damaged, and sqlite3.Error."""
        numbers = json.loads(zlib.decompress(self._blob("SELECT pieces FROM texts WHERE number = ?", number)))
        return "".join(map(self._piece, numbers))

    def _put_piece(self, piece: str) -> int:
        data = _encoded(piece)
        digest = _digest(data)
        found = self._number("pieces", digest)
        if found is None:
            values = (digest, zlib.compress(data))
            found = self._connection.execute("INSERT INTO pieces (digest, text) VALUES (?, ?)", values).lastrowid
        assert found is not None
        return found

    def _piece(self, number: int) -> str:
        if number not in self._read:
            data = zlib.decompress(self._blob("SELECT text FROM pieces WHERE number = ?", number))
            self._read[number] = data.decode("utf-8", "surrogatepass")
        return self._read[number]

    def _number(self, table: str, digest: bytes) -> int | None:
        row = self._connection.execute(f"SELECT number FROM {table} WHERE digest = ?", (digest,)).fetchone()
        return row[0] if row else None

    def _blob(self, statement: str, number: int) -> bytes:
        row = self._connection.execute(statement, (number,)).fetchone()
        if row is None:
            raise ValueError(f"a part of text {number} is missing")
        return row[0]


def pieces(text: str) -> Iterator[str]:
    """Yield `text` in pieces of whole lines, whose ends depend on nothing but the lines nearby.

    A line longer than a piece is cut at equal lengths from its beginning. (Content-defined chunks, Muthitacharoen et
    al. 2001, with lines for a window.)
    """
    held: list[str] = []
    length = 0
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), PIECE):
            part = line[start : start + PIECE]
            held.append(part)
            length += len(part)
            if zlib.crc32(_encoded(part)) % PIECE < len(part) or length > _LONGEST:
                yield "".join(held)
                held, length = [], 0
    if held:
        yield "".join(held)


def shorten(record: dict[str, Any], texts: Texts) -> None:
    """Put numbers of `texts` in place of the long strings in the requests of a generation's record."""
    _exchange(
        record, lambda value: {_KEPT: texts.put(value)} if isinstance(value, str) and len(value) > _LONG else value
    )


def lengthen(record: dict[str, Any], texts: Texts) -> None:
    """Put the texts back that `shorten` kept. Raises ValueError or zlib.error where one is damaged."""
    _exchange(record, lambda value: texts.get(value[_KEPT]) if isinstance(value, dict) and _KEPT in value else value)


def _exchange(record: dict[str, Any], exchanged: Callable[[Any], Any]) -> None:
    for holder in (record, *record["wordings"]):
        if holder.get("request"):
            holder["request"] = _each(holder["request"], exchanged)


def _each(value: Any, exchanged: Callable[[Any], Any]) -> Any:
    """Return a JSON value with every value inside it exchanged."""
    found = exchanged(value)
    if found is not value:
        return found
    if isinstance(value, dict):
        return {key: _each(inner, exchanged) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_each(inner, exchanged) for inner in value]
    return value


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
