"""Phrases to look for in text that is still growing."""

from __future__ import annotations

import re
from collections.abc import Sequence


class Phrases:
    """Find any of `phrases` in a text, or its possible beginning at the end; empty ones are ignored."""

    def __init__(self, phrases: Sequence[str], *, ignore_case: bool = False) -> None:
        known = sorted({phrase for phrase in phrases if phrase}, key=lambda phrase: (-len(phrase), phrase))
        flags = re.IGNORECASE if ignore_case else 0
        self._longest = len(known[0]) if known else 0
        self._whole = re.compile("|".join(map(re.escape, known)), flags)
        beginnings = sorted({phrase[:length] for phrase in known for length in range(1, len(phrase))}, key=len)
        self._beginning = re.compile(rf"(?:{'|'.join(map(re.escape, reversed(beginnings)))})\Z", flags)
        self._partial = bool(beginnings)

    def __bool__(self) -> bool:
        return self._longest > 0

    def find(self, text: str) -> int | None:
        """Return where the first phrase in `text` begins, or None."""
        match = self._whole.search(text) if self else None
        return None if match is None else match.start()

    def held(self, text: str) -> int:
        """Return how many characters at the end of `text` may be the beginning of a phrase."""
        tail = text[-(self._longest - 1) :] if self._partial else ""
        match = self._beginning.search(tail) if tail else None
        return 0 if match is None else len(match.group())
