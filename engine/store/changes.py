"""A text and its rewrite as changes, each of which is taken or left. Torch-free."""

from __future__ import annotations

import re
from collections.abc import Container

from engine.store.word_diff import Kind, Piece, word_diff

# What two changes can have between them and still be one: no word, or one Chinese character that both texts happen to
# share. Sentences stay apart.
_NEAR = re.compile(r"[^\w.!?…。！？\n\r\u2029]*[\u3400-\u9fff]?[^\w.!?…。！？\n\r\u2029]*")


def word_changes(old: str, new: str) -> list[Piece]:
    """Return the pieces of `word_diff`, with changes that hardly a word lies between as one.

    So "the old king" that became "a young queen" is one change and not three, of which one alone makes no sense.
    """
    pieces = word_diff(old, new)
    merged: list[Piece] = []
    removed = added = ""
    for number, piece in enumerate(pieces):
        inside = 0 < number < len(pieces) - 1
        if piece.kind is Kind.SAME and not (inside and _NEAR.fullmatch(piece.text)):
            merged += [*_change(removed, added), piece]
            removed = added = ""
        else:
            removed += piece.text if piece.kind is not Kind.ADDED else ""
            added += piece.text if piece.kind is not Kind.REMOVED else ""
    return [*merged, *_change(removed, added)]


def composed(pieces: list[Piece], left: Container[int]) -> str:
    """Return the new text, but with the old one where a change is in `left`; changes are numbered from 0."""
    text, number, inside = "", -1, False
    for piece in pieces:
        number += piece.kind is not Kind.SAME and not inside
        inside = piece.kind is not Kind.SAME
        if piece.kind is Kind.SAME or (piece.kind is Kind.REMOVED) == (number in left):
            text += piece.text
    return text


def _change(removed: str, added: str) -> list[Piece]:
    return [piece for piece in (Piece(Kind.REMOVED, removed), Piece(Kind.ADDED, added)) if piece.text]
