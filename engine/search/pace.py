"""How many ids a draft model should guess at a time, if any: what its guesses are worth against what they cost.

With guesses right with probability a, a pass over k of them writes (1 - a^(k+1)) / (1 - a) ids on average
(Leviathan et al. 2023, equation 1), for the time of k steps of the draft model and of a pass over k + 1 ids.
"""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable

_SAMPLES = 3  # steps without guesses before the first one
_KEPT = 9  # times that a median is taken of
_LONGEST = 8  # ids to guess
_PROBE, _PROBES = 2, 3  # ids to guess, and passes, where it is not known what they are worth
_FADING = 0.95  # of what earlier guesses count, at each pass
_WORTHWHILE = 1.05  # times as fast as without
_FIRST_REST, _LONGEST_REST = 48, 768  # ids without a guess
_ROUNDS = 32  # passes over guesses after which a step is timed without


class Pace:
    """Weigh a draft model by the clock and by how often it was right, for one pair of models."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.now = clock
        self.guessed = self.right = 0  # of all searches
        self._plain: deque[float] = deque(maxlen=_KEPT)  # seconds of a step without guesses
        self._draft: deque[float] = deque(maxlen=_KEPT)  # seconds of an id guessed
        self._extra: deque[float] = deque(maxlen=_KEPT)  # seconds that an id more takes in a pass
        self._tried, self._kept = 0.0, 0.0  # guesses that were looked at, those that stood; the latest count most
        self._probes, self._rest, self._pause = _PROBES, 0, _FIRST_REST
        self._rounds = 0

    @property
    def resting(self) -> bool:
        """Tell whether guessing was found not to pay."""
        return self._rest > 0

    def length(self) -> int:
        """Decide how many ids to guess next; 0 is none."""
        if len(self._plain) < _SAMPLES:
            return 0
        if self._rest:
            self._rest -= 1
            self._probes = _PROBES if not self._rest else 0
            return 0
        if self._probes:
            return _PROBE
        if self._rounds >= _ROUNDS:
            self._rounds = 0
            return 0
        best = max(range(1, _LONGEST + 1), key=self.gain)
        if self.gain(best) >= _WORTHWHILE:
            self._pause = _FIRST_REST
            return best
        self._rest, self._pause = self._pause, min(_LONGEST_REST, 2 * self._pause)
        self._tried = self._kept = 0.0  # the text may be another when guessing is tried again
        return 0

    def gain(self, count: int) -> float:
        """Return how many times as fast the text grows with `count` ids guessed at a time as without any."""
        right = min(0.98, self._kept / self._tried) if self._tried else 0.0
        plain, draft, extra = map(statistics.median, (self._plain, self._draft, self._extra))
        return (1 - right ** (count + 1)) / (1 - right) * plain / (plain + count * (draft + extra))

    def note_step(self, seconds: float) -> None:
        """Learn what a step without guesses took."""
        self._plain.append(seconds)

    def note_round(self, drafting: float, reading: float, count: int) -> None:
        """Learn what `count` guesses took, and the pass that read them."""
        self._draft.append(drafting / count)
        self._extra.append(max(0.0, reading - statistics.median(self._plain)) / count)
        self._rounds += 1
        self._probes = max(0, self._probes - 1)

    def note_right(self, guessed: int, right: int) -> None:
        """Learn that the first `right` of `guessed` ids stood."""
        self.guessed += guessed
        self.right += right
        self._tried = _FADING * self._tried + min(guessed, right + 1)
        self._kept = _FADING * self._kept + right
