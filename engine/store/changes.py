"""A text and its rewrite as changes, each of which is taken or left. Torch-free."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator

from engine.store.word_diff import Kind, Piece, word_diff

# What two changes can have between them and still be one: no word, or one Chinese character that both texts happen to
# share. Sentences stay apart.
_NEAR = re.compile(r"[^\w.!?…。！？\n\r\u2029]*[\u3400-\u9fff]?[^\w.!?…。！？\n\r\u2029]*")
_ISLAND = 40  # characters that can stay the same between two changes and yet be taken as a part of them
_BREAK = re.compile(r"[\n\r\u2029]")


def word_changes(old: str, new: str) -> list[Piece]:
    """Return the pieces of `word_diff`, with changes that hardly a word lies between as one.

    So "the old king" that became "a young queen" is one change and not three, of which one alone makes no sense.
    """
    return _merged(word_diff(old, new), lambda between, _before, _after: _NEAR.fullmatch(between) is not None)


def readable_changes(old: str, new: str) -> list[Piece]:
    """Return `word_changes`, with a few words between two changes that are longer than they as changed, too.

    Two sentences that say other things share their "the" and "was"; to show these as kept hides what became of them.
    """
    return _merged(word_changes(old, new), _is_island)


def _is_island(between: str, before: int, after: int) -> bool:
    return len(between) <= min(before, after, _ISLAND) and not _BREAK.search(between)


def _merged(pieces: list[Piece], near: Callable[[str, int, int], bool]) -> list[Piece]:
    """Return pieces with changes as one where `near` says so of the text between them and of their lengths."""
    merged: list[Piece] = []
    between, removed, added = "", "", ""
    for gone, come, same in _changes(pieces):
        if (removed or added) and between and near(between, max(len(removed), len(added)), max(len(gone), len(come))):
            removed, added = removed + between + gone, added + between + come
        else:
            merged += [*_change(removed, added), *([Piece(Kind.SAME, between)] if between else [])]
            removed, added = gone, come
        between = same
    return [*merged, *_change(removed, added), *([Piece(Kind.SAME, between)] if between else [])]


def _changes(pieces: list[Piece]) -> Iterator[tuple[str, str, str]]:
    """Yield what each change removes, what it adds, and the text behind it; the first may change nothing."""
    removed = added = ""
    for piece in pieces:
        match piece.kind:
            case Kind.REMOVED:
                removed += piece.text
            case Kind.ADDED:
                added += piece.text
            case Kind.SAME:
                yield removed, added, piece.text
                removed = added = ""
    if removed or added:
        yield removed, added, ""


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
