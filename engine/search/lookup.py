"""Guesses from the text itself: what followed the last few ids before may follow them again (Saxena 2023).

A text that rewrites another goes with it for a while, replaces a word, leaves one out or puts one in, and goes on
with it. So where a guess was wrong after others that were right, it is looked for again close behind, before the last
few ids are the same once more.
"""

from __future__ import annotations

import numpy

from engine.history import PADDING, TokenHistory

_RUN = 3  # ids that must have stood together before
_SHORTEST, _LONGEST = 2, 8  # ids to guess
_SUPPOSED = 4  # of them where it is only supposed that one id stands for another
_NEAR = 4  # ids of the other text among which the last one is looked for after a difference
_SOON = 3  # ids after a difference until which it is looked for
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
        self._place = 0  # of the first id of the last guess in the text
        self._difference = _Difference(0)
        self._whole = False  # whether all of it was right
        self._supposed = False  # whether the last guess took the id before it to stand for another

    def propose(self, history: TokenHistory, most: int) -> list[int]:
        """Return up to `most` ids that may follow `history`, one row."""
        if self._rest:
            self._rest -= 1
            return []
        ids, count = history.ids[0].cpu().numpy(), min(self._length, most)
        self._place, self._supposed = self._difference.end(ids)
        if self._supposed:
            count = min(_SUPPOSED, count)
        elif not self._place:
            self._place = last_repeat(ids)
        guess = ids[self._place : self._place + max(0, count)].tolist() if self._place else []
        return [] if PADDING in guess else guess

    def learn(self, guessed: int, right: int) -> None:
        """Take note that the first `right` of the last `guessed` ids were chosen."""
        whole = right == guessed
        if right or not self._supposed:
            self._length = min(_LONGEST, 2 * self._length) if whole else max(_SHORTEST, min(self._length, right + 1))
        if right or self._whole:
            self._difference = _Difference(0 if whole else self._place + right)
        self._whole = whole
        self._gain += _WEIGHT * (right - _COST * guessed - self._gain)
        if self._gain < _LEAST_GAIN:
            self._gain, self._rest, self._difference = 0.0, _REST, _Difference(0)


class _Difference:
    """Where a text began to differ from the part of it that it repeats: from the id at `place` on, 0 is nowhere."""

    def __init__(self, place: int) -> None:
        self._place = place
        self._since = 0  # ids

    def end(self, ids: numpy.ndarray) -> tuple[int, bool]:
        """Return where the repeated part goes on after the last of `ids` (T,), 0 if nowhere, and if that is supposed.

        To be asked once for each id that is written.
        """
        if not self._place or self._since == _SOON:
            return 0, False
        self._since += 1
        found = numpy.flatnonzero(ids[self._place : min(self._place + _NEAR, len(ids) - 1)] == ids[-1])
        if len(found):
            return self._place + int(found[0]) + 1, False
        supposed = self._since == 1
        return (self._place + 1 if supposed else 0), supposed


def last_repeat(ids: numpy.ndarray) -> int:
    """Return the place in `ids` (T,) of what followed its last three when they last occurred before, 0 if nowhere."""
    if len(ids) <= _RUN:
        return 0
    ends = numpy.flatnonzero(ids[_RUN - 1 : -1] == ids[-1]) + _RUN - 1
    for back in range(1, _RUN):
        ends = ends[ids[ends - back] == ids[-1 - back]]
    return int(ends[-1]) + 1 if len(ends) else 0
