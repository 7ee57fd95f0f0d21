"""How fast a search writes, told now and then."""

from __future__ import annotations

import time

from engine.events import Speed

_PAUSE = 0.25  # seconds between two reports
_FIRST = 8  # tokens before the first, so that a short text has one too


class SpeedMeter:
    """Turn counts of tokens into Speed events, at most four a second after the first.

    The clock runs from `start` on, which is called when the prompt has been read.
    """

    def __init__(self) -> None:
        self._tokens = 0  # as last reported
        self._reported = False
        self.start()

    def start(self) -> None:
        """Begin to measure now."""
        self._begun = self._since = time.monotonic()

    def note(self, tokens: int) -> Speed | None:
        """Take the number of tokens written so far; return the speed since the last report when one is due."""
        now = time.monotonic()
        if now - self._since < _PAUSE and (self._reported or tokens < _FIRST):
            return None
        speed = Speed(tokens, (tokens - self._tokens) / max(1e-9, now - self._since))
        self._tokens, self._since, self._reported = tokens, now, True
        return speed

    def total(self, tokens: int) -> Speed:
        """Return the speed of the whole text."""
        return Speed(tokens, tokens / max(1e-9, time.monotonic() - self._begun))
