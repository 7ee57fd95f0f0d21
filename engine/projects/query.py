"""What the writer looks for: all of the words, those in quotes side by side, the last one perhaps not yet finished."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from engine.projects.words import fold, is_unspaced, spaced, words

_CHUNK = re.compile(r'"([^"]*)"?|([^\s"]+)')
_LONGEST = 500  # characters that are looked at
_AROUND = 60  # characters of a snippet before the first match
_SNIPPET = 220


@dataclass(frozen=True, slots=True)
class Snippet:
    """Some text around a match; `spans` are the matches in it, and `start`, `end` those of the first in the piece."""

    text: str
    spans: tuple[tuple[int, int], ...]
    start: int
    end: int


class Query:
    """A search as the index understands it, and as it can be shown in a text."""

    def __init__(self, text: str) -> None:
        """Understand `text`; a word at its very end also stands for longer words."""
        text = text.replace("\0", " ")[:_LONGEST]
        found = [match for match in _CHUNK.finditer(text) if words(match[0])]
        phrases = [match[1] or match[2] for match in found]
        self._open = bool(found) and found[-1][2] is not None and found[-1].end() == len(text)
        if self._open and is_unspaced(words(phrases[-1])[-1]):
            self._open = False
        self._phrases = phrases
        patterns = [self._pattern(phrase, last=phrase is phrases[-1]) for phrase in phrases]
        self._matcher = re.compile("|".join(patterns)) if patterns else None

    @property
    def empty(self) -> bool:
        """Tell whether nothing is looked for."""
        return not self._phrases

    @property
    def expression(self) -> str:
        """Return the query in the language of SQLite's FTS5."""
        quoted = [f'"{spaced(phrase)}"' for phrase in self._phrases]
        return " AND ".join(quoted) + (" *" if self._open else "")

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the words looked for stand in `text`."""
        return [match.span() for match in self._matcher.finditer(fold(text))] if self._matcher else []

    def snippet(self, piece: str) -> Snippet:
        """Return the text around the first match in `piece`, on one line."""
        spans = self.spans(piece)
        first = spans[0] if spans else (0, 0)
        start = _word_start(piece, first[0] - _AROUND)
        end = min(len(piece), start + _SNIPPET)
        kept = [(max(0, left - start), min(right, end) - start) for left, right in spans if left < end]
        text = re.sub(r"\s", " ", piece[start:end])  # as long as before
        lead, tail = "… " if start else "", " …" if end < len(piece) else ""
        shown = tuple((left + len(lead), right + len(lead)) for left, right in kept)
        return Snippet(lead + text + tail, shown, *first)

    def _pattern(self, phrase: str, *, last: bool) -> str:
        parts = words(fold(phrase))
        joined = re.escape(parts[0])
        for before, word in itertools.pairwise(parts):
            near = r"\s*" if is_unspaced(before) or is_unspaced(word) else r"[\W_]+"
            joined += near + re.escape(word)
        left = "" if is_unspaced(parts[0]) else r"(?<![^\W_])"
        rest = r"[^\W_]*" if last and self._open else r"(?![^\W_])"
        return left + joined + ("" if is_unspaced(parts[-1]) else rest)


def _word_start(text: str, place: int) -> int:
    """Return where the word begins that follows `place`, or `place` where there is no space near."""
    if place <= 0:
        return 0
    space = text.find(" ", place, place + 20)
    return place if space < 0 else space + 1
