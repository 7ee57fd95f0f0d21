"""A text and its form inside a QTextDocument, which knows only one line end and dislikes long lines.

Line ends other than "\\n" become a mark and a block break, and very long lines are cut into
several blocks by a mark that stands for nothing. The marks are deprecated format characters
that no font shows; where a text has them itself they are escaped. So any text comes back
exactly as it went in.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable

_SOFT, _PARAGRAPH, _RETURN, _RETURN_FEED, _ESCAPE = "\u206a", "\u206b", "\u206c", "\u206d", "\u206e"
# Qt takes these two for its own frames and would make block breaks of them.
_FRAMES = {"\ufdd0": "0", "\ufdd1": "1"}

_TO_MARK = {
    "\u2029": _PARAGRAPH + "\n",
    "\r": _RETURN + "\n",
    "\r\n": _RETURN_FEED + "\n",
    **{frame: _ESCAPE + digit for frame, digit in _FRAMES.items()},
    **{mark: _ESCAPE + mark for mark in (_SOFT, _PARAGRAPH, _RETURN, _RETURN_FEED, _ESCAPE)},
}
_FROM_MARK = {mark: text for text, mark in _TO_MARK.items()} | {_SOFT + "\n": ""}
_MARKS = (_SOFT, _PARAGRAPH, _RETURN, _RETURN_FEED, _ESCAPE)
_SPECIALS = ("\r", "\u2029", *_FRAMES, *_MARKS)
_SPECIAL = re.compile("\r\n|[\r\u2029\u206a-\u206e\ufdd0\ufdd1]")
_MARKED = re.compile("\u206e.|[\u206a-\u206d]\n?", re.DOTALL)
_WIDE = re.compile("\u206e.|[\u206a-\u206d]\n?|[\U00010000-\U0010ffff]", re.DOTALL)

SOFT_BREAK = _SOFT + "\n"
BLOCK_LENGTH = 6_000  # characters; an insert into a block costs in proportion to its length


def to_document(text: str) -> str:
    """Return `text` as it is laid out: "\\n" between blocks, none of them long."""
    if _has_any(text, _SPECIALS):
        text = _SPECIAL.sub(lambda match: _TO_MARK[match[0]], text)
    if len(text) <= BLOCK_LENGTH:
        return text
    return "\n".join(_fold(line) if len(line) > 2 * BLOCK_LENGTH else line for line in text.split("\n"))


def from_document(raw: str) -> str:
    """Return the text that a document's raw text stands for."""
    raw = raw.replace("\u2029", "\n")
    return _MARKED.sub(_unmark, raw) if _has_any(raw, _MARKS) else raw


class PlainText:
    """The plain text of a document's raw text, with a way from its offsets to positions.

    Offsets count code points of `text`; positions count UTF-16 units of the document, as
    QTextCursor does, from where the raw text begins.
    """

    def __init__(self, raw: str) -> None:
        raw = raw.replace("\u2029", "\n")
        self.text = from_document(raw)
        self._offsets = [0]
        self._positions = [0]
        offset = last = position = 0
        for match in _WIDE.finditer(raw):
            plain = 1 if match[0] > "\uffff" else len(_unmark(match))
            width = 2 if match[0] > "\uffff" else len(match[0])
            offset += match.start() - last + plain
            position += match.start() - last + width
            last = match.end()
            self._offsets.append(offset)
            self._positions.append(position)

    def position(self, offset: int) -> int:
        """Return the position of the character at `offset`."""
        index = bisect.bisect_right(self._offsets, offset) - 1
        return self._positions[index] + offset - self._offsets[index]

    def offset(self, position: int) -> int:
        """Return the offset of the character at `position`, or of the one after a mark that it is inside of."""
        index = bisect.bisect_right(self._positions, position) - 1
        offset = self._offsets[index] + position - self._positions[index]
        return min(offset, *self._offsets[index + 1 : index + 2], len(self.text))


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 units, in which a document counts positions."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _has_any(text: str, characters: Iterable[str]) -> bool:
    """Tell whether one of the characters is in `text`, at once; a pattern of them takes 8 ms for 500 kB."""
    return any(character in text for character in characters)


def _unmark(match: re.Match[str]) -> str:
    # A mark whose block break was deleted by the writer has nothing left to say.
    return _FROM_MARK.get(match[0], "")


def _fold(line: str) -> str:
    pieces = []
    start = 0
    while len(line) - start > BLOCK_LENGTH:
        end = _break_before(line, start + BLOCK_LENGTH)
        pieces.append(line[start:end])
        start = end
    return SOFT_BREAK.join([*pieces, line[start:]])


def _break_before(line: str, limit: int) -> int:
    """Return where to cut: after the last sentence, else word, that ends in the half before `limit`."""
    for mark in (". ", "。", " "):
        found = line.rfind(mark, limit - BLOCK_LENGTH // 2, limit)
        if found >= 0:
            return found + len(mark)
    half = line[limit - BLOCK_LENGTH // 2 : limit]
    escapes = len(half) - len(half.rstrip(_ESCAPE))
    return limit - escapes % 2  # an escape stays with what it escapes
