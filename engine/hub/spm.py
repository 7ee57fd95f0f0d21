"""What a SentencePiece model says: the pieces that a text is cut into, read without the library."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from engine.errors import ModelError

_NORMAL = 1  # kind of a piece


class Cut(IntEnum):
    """How a text is cut: into the pieces of the highest sum of scores, or by merging the best pair again and again."""

    UNIGRAM = 1
    MERGES = 2


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a SentencePiece model says: its pieces with their scores, and the table that its texts are normalised by."""

    scores: dict[str, float]
    normaliser: bytes
    cut: Cut = Cut.UNIGRAM


def read_pieces(data: bytes) -> Pieces:
    """Return what a SentencePiece model in `data` says. Raises ValueError for damage, ModelError for other kinds."""
    scores: dict[str, float] = {}
    normaliser, cut = b"", int(Cut.UNIGRAM)
    for field, value in _fields(data):
        if field == 1:
            piece = dict(_fields(value))
            if piece.get(3, _NORMAL) == _NORMAL:
                scores[piece[1].decode("utf-8")] = struct.unpack("<f", piece[2])[0]
        elif field == 2:
            cut = dict(_fields(value)).get(3, cut)
        elif field == 3:
            normaliser = dict(_fields(value)).get(2, b"")
    if not scores:
        raise ValueError("no pieces")
    if cut not in tuple(Cut):
        raise ModelError("Only models that cut texts by scores (unigram) or merges (BPE) can be read: choose another.")
    return Pieces(scores, normaliser, Cut(cut))


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield number and value of the fields of a protocol-buffer message. Raises ValueError where it is damaged."""
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        kind = key & 7
        if kind == 0:
            value, place = _varint(data, place)
        else:
            length, place = _varint(data, place) if kind == 2 else ({1: 8, 5: 4}.get(kind, -1), place)
            if length < 0 or place + length > len(data):
                raise ValueError("a message is cut short")
            value, place = data[place : place + length], place + length
        yield key >> 3, value


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            break
        byte, place = data[place], place + 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
    raise ValueError("a number is cut short")
