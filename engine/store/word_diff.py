"""What two versions of a text differ in, by words. Torch-free."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from engine.store.common_runs import common_runs

# A word with its spaces is one piece; of scripts without spaces each character is.
_WORD = re.compile(r"[^\W\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+|\s+|.", re.DOTALL)
_PARAGRAPH = re.compile(r"[^\n\r\u2029]*[\n\r\u2029]*")


class Kind(Enum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch that is in both texts, or in one of them only."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> list[Piece]:
    """Return the pieces that make `old` of SAME and REMOVED ones, and `new` of SAME and ADDED ones."""
    if old == new:
        return [Piece(Kind.SAME, old)] if old else []
    pieces: list[Piece] = []
    for before, after, same in _blocks(_PARAGRAPH.findall(old), _PARAGRAPH.findall(new)):
        pieces += _words("".join(before), "".join(after)) if before and after else _pieces(before, after, ())
        pieces.append(Piece(Kind.SAME, "".join(same)))
    return _joined(pieces)


def _words(old: str, new: str) -> Iterator[Piece]:
    for before, after, same in _blocks(_WORD.findall(old), _WORD.findall(new)):
        yield from _pieces(before, after, same)


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """Yield what only `old` has, what only `new` has in its place, and what follows in both."""
    at = to = 0
    for i, j, length in (*common_runs(old, new), (len(old), len(new), 0)):
        yield old[at:i], new[to:j], old[i : i + length]
        at, to = i + length, j + length


def _pieces(before: Sequence[str], after: Sequence[str], same: Sequence[str]) -> Iterator[Piece]:
    for kind, tokens in ((Kind.REMOVED, before), (Kind.ADDED, after), (Kind.SAME, same)):
        yield Piece(kind, "".join(tokens))


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces without empty ones, neighbours of one kind as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if piece.text and joined and joined[-1].kind is piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        elif piece.text:
            joined.append(piece)
    return joined
