"""Reading ahead: what followed the last few ids before may follow them again, and several ids are read in one pass.

Prompt lookup (Saxena 2023), exact: every id is still chosen from the decoder's own logits after all ids
before it, with the same random numbers; a guess only decides how many of these are there already.
"""

from __future__ import annotations

from collections import deque

import numpy
import torch
from torch import Tensor

from engine.history import PADDING
from engine.models.base import ParallelDecoder
from engine.search.rows import Rows

_RUN = 3  # ids that must have stood together before
_SHORTEST, _LONGEST = 2, 8  # ids to guess
_COST = 0.1  # of a pass for each id guessed: more in some formats, less in others
_WEIGHT = 0.2  # of the last guess in the mean of what guesses gain
_LEAST_GAIN = -0.1  # passes per guess; below, guessing rests
_REST = 48  # ids without a guess


class Lookahead:
    """Read the ids of a search with one row, guessing those that follow where the text repeats itself.

    Guesses grow while they are right and cease for a while where they are not: what they did so far
    decides, no clock, so that the same request gives the same text.
    """

    def __init__(self, rows: Rows) -> None:
        self._decoder = rows.decoder if isinstance(rows.decoder, ParallelDecoder) else None
        self._ahead: deque[tuple[int, Tensor]] = deque()  # ids read but not chosen yet, and the logits after each
        self._guessed = 0
        self._length = 4
        self._gain = 0.0
        self._rest = 0

    def advance(self, rows: Rows, ids: Tensor, room: int) -> None:
        """Write `ids` (B,) and have them read. At most `room` more will be written."""
        if len(rows.numbers) > 1 or self._decoder is None:
            rows.advance(ids)
            return
        if self._ahead and self._ahead[0][0] == int(ids[0]):
            rows.history.append(ids)
            rows.logits = self._ahead.popleft()[1]
            if not self._ahead:
                self._learn(self._guessed)
            return
        self.drop(rows)
        rows.history.append(ids)
        guess = self._guess(rows, room)
        if guess:
            self._read(rows, self._decoder, guess)
        else:
            rows.read()

    def drop(self, rows: Rows) -> None:
        """Forget what was read but not written."""
        if self._ahead:
            rows.state.rewind(len(self._ahead))
            self._learn(self._guessed - len(self._ahead))
            self._ahead.clear()

    def _guess(self, rows: Rows, room: int) -> list[int]:
        if self._rest:
            self._rest -= 1
            return []
        space = min(self._length, room - 1, rows.decoder.context_length - rows.state.length - 1)
        return follow(rows.history.ids[0].cpu().numpy(), space)

    def _read(self, rows: Rows, decoder: ParallelDecoder, guess: list[int]) -> None:
        last = rows.history.ids[:, -1:]
        ids = torch.cat((last, torch.tensor([guess], device=last.device)), dim=1)
        logits, rows.state = decoder.all_logits(ids, rows.state)
        rows.logits = logits[:, 0]
        self._guessed = len(guess)
        self._ahead.extend((token, logits[:, place]) for place, token in enumerate(guess, start=1))

    def _learn(self, right: int) -> None:
        """Take note that the first `right` ids of the last guess were chosen."""
        whole = right == self._guessed
        self._length = min(_LONGEST, 2 * self._length) if whole else max(_SHORTEST, min(self._length, right + 1))
        self._gain += _WEIGHT * (right - _COST * self._guessed - self._gain)
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
