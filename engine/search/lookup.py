"""Guesses from the text itself: what followed the last few ids before may follow them again (Saxena 2023)."""

from __future__ import annotations

import numpy

from engine.history import PADDING, TokenHistory

_RUN = 3  # ids that must have stood together before
_SHORTEST, _LONGEST = 2, 8  # ids to guess
_COST = 0.1  # of a pass for each id guessed: more in some formats, less in others
_WEIGHT = 0.2  # of the last guess in the mean of what guesses gain
_LEAST_GAIN = -0.1  # passes per guess; below, guessing rests
_REST = 48  # ids without a guess


class Repeats:
    """Guess the ids that follow where the text repeats itself.

    Guesses grow while they are right and cease for a while where they are not: what they did so far
    decides, no clock, so that the same request gives the same text.
    """

    def __init__(self) -> None:
        self._length = 4
        self._gain = 0.0
        self._rest = 0

    def propose(self, history: TokenHistory, most: int) -> list[int]:
        """Return up to `most` ids that may follow `history`, one row."""
        if self._rest:
            self._rest -= 1
            return []
        return follow(history.ids[0].cpu().numpy(), min(self._length, most))

    def learn(self, guessed: int, right: int) -> None:
        """Take note that the first `right` of the last `guessed` ids were chosen."""
        whole = right == guessed
        self._length = min(_LONGEST, 2 * self._length) if whole else max(_SHORTEST, min(self._length, right + 1))
        self._gain += _WEIGHT * (right - _COST * guessed - self._gain)
        if self._gain < _LEAST_GAIN:
            self._gain, self._rest = 0.0, _REST


def follow(ids: numpy.ndarray, count: int) -> list[int]:
    """Return up to `count` ids that followed the last three of `ids` (T,) when they last occurred before, if so."""
    if count < 1 or len(ids) <= _RUN:
        return []
    ends = numpy.flatnonzero(ids[_RUN - 1 : -1] == ids[-1]) + _RUN - 1
    for back in range(1, _RUN):
        ends = ends[ids[ends - back] == ids[-1 - back]]
    if not len(ends):
        return []
    found = ids[ends[-1] + 1 : ends[-1] + 1 + count].tolist()
    return [] if PADDING in found else found
