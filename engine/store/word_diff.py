"""What two versions of a text differ in, by words. Torch-free."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

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
    for tag, before, after in _blocks(_PARAGRAPH.findall(old), _PARAGRAPH.findall(new)):
        if tag == "replace":
            pieces += _words("".join(before), "".join(after))
        else:
            pieces += _pieces(tag, before, after)
    return _joined(pieces)


def _words(old: str, new: str) -> Iterator[Piece]:
    for tag, before, after in _blocks(_WORD.findall(old), _WORD.findall(new)):
        yield from _pieces(tag, before, after)


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    """Yield what became of runs of `old`; the common beginning and end are found first, for they are long."""
    limit = min(len(old), len(new))
    head = next((i for i in range(limit) if old[i] != new[i]), limit)
    tail = next((i for i in range(limit - head) if old[-1 - i] != new[-1 - i]), limit - head)
    yield "equal", old[:head], new[:head]
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    for tag, a, b, c, d in difflib.SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
        yield tag, middle[0][a:b], middle[1][c:d]
    yield "equal", old[len(old) - tail :], new[len(new) - tail :]


def _pieces(tag: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    if tag == "equal":
        yield Piece(Kind.SAME, "".join(before))
    else:
        yield Piece(Kind.REMOVED, "".join(before))
        yield Piece(Kind.ADDED, "".join(after))


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces without empty ones, neighbours of one kind as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if piece.text and joined and joined[-1].kind is piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        elif piece.text:
            joined.append(piece)
    return joined
