"""Bringing earlier text back into a document: all of it, or one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.store.edits import Origin
from engine.store.word_diff import Kind, Piece
from gui.editor import Editor
from gui.raw_text import PlainText


@dataclass(frozen=True, slots=True)
class Place:
    """A place where two texts differ: offsets in the later text, and what the earlier one has there."""

    start: int
    end: int
    earlier: str


def places(pieces: Sequence[Piece]) -> list[Place]:
    """Return the places of a `word_diff` from an earlier text to a later one."""
    found: list[Place] = []
    offset = 0
    open_place = False
    for piece in pieces:
        if piece.kind is Kind.SAME:
            offset += len(piece.text)
            open_place = False
            continue
        if not open_place:
            found.append(Place(offset, offset, ""))
            open_place = True
        place = found[-1]
        if piece.kind is Kind.ADDED:
            offset += len(piece.text)
            found[-1] = Place(place.start, offset, place.earlier)
        else:
            found[-1] = Place(place.start, place.end, place.earlier + piece.text)
    return found


def nearest(pieces: Sequence[Piece], offset: int) -> int:
    """Return the number of the change that is nearest to `offset` of the earlier text, 0 where there is none."""
    at, number, best = 0, -1, (0, 0)
    inside = False
    for piece in pieces:
        end = at + len(piece.text) if piece.kind is not Kind.ADDED else at
        if piece.kind is not Kind.SAME:
            number += not inside
            distance = max(at - offset, offset - end, 0)
            best = min(best, (distance, number)) if number else (distance, 0)
        inside, at = piece.kind is not Kind.SAME, end
    return best[1]


def bring_back(editor: Editor, chosen: Sequence[Place], origin: Origin = Origin.RESTORE) -> None:
    """Put what was there earlier into the places chosen, as one undo step that spans them."""
    if not chosen:
        return
    plain = PlainText(editor.raw_text())
    first, last = chosen[0].start, chosen[-1].end
    pieces, at = [], first
    for place in chosen:
        pieces += [plain.text[at : place.start], place.earlier]
        at = place.end
    editor.write(plain.position(first), plain.position(last), "".join(pieces), origin)
