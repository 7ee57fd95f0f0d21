"""The flattest and the most startling sentences of a text, found while its words come in."""

from __future__ import annotations

import re
from dataclasses import dataclass

_END = re.compile(r"[.!?…。！？][\"'”’»)\]」』]*$|\n")
_SHORTEST = 5  # words; what a shorter sentence costs says little


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A sentence: mean `bits` of its words, and its code points `[start, end)`."""

    bits: float
    start: int
    end: int


class Passages:
    """Gather words into sentences: one ends at a full stop or line break."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words: list[tuple[int, int, float]] = []
        self.found: list[Passage] = []
        self.count = 0
        self.total = 0.0  # bits

    def add(self, start: int, end: int, bits: float) -> None:
        """Take the next word."""
        if self._words and _END.search(self._text[self._words[-1][0] : start].rstrip(" \t")):
            self.close()
        self._words.append((start, end, bits))
        self.count += 1
        self.total += bits

    def close(self) -> None:
        """End the sentence that is open."""
        words, self._words = self._words, []
        if len(words) >= _SHORTEST:
            mean = sum(bits for _, _, bits in words) / len(words)
            self.found.append(Passage(mean, words[0][0], words[-1][1]))

    def flat(self, count: int) -> list[Passage]:
        """Return up to `count` sentences without surprise, the flattest first; half of all at most."""
        return sorted(self.found)[: min(count, len(self.found) // 2)]

    def startling(self, count: int) -> list[Passage]:
        """Return up to `count` sentences, the most startling first; half of all at most."""
        return sorted(self.found, reverse=True)[: min(count, (len(self.found) + 1) // 2)]
