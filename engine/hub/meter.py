"""How fast bytes come, and how long the rest will take. Torch-free."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from engine.amounts import duration_words, size_words

_WINDOW = 5.0  # seconds over which the rate is measured
_TELL = 0.1  # seconds between two reports


class Meter:
    """Count the bytes of a download of `total`, of which `done` were there; `clock` gives seconds."""

    def __init__(self, total: int, done: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.total = total
        self.done = done
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque([(clock(), 0)])  # when, and the bytes received until then
        self._received = 0
        self._next = 0.0

    def add(self, count: int) -> bool:
        """Count bytes that came; tell whether it is time to report."""
        now = self._clock()
        self.done += count
        self._received += max(0, count)
        if now < self._next:
            return False
        self._next = now + _TELL
        self._marks.append((now, self._received))
        while now - self._marks[0][0] > _WINDOW and len(self._marks) > 2:
            self._marks.popleft()
        return True

    @property
    def rate(self) -> float:
        """Bytes a second lately; 0 before there is anything to measure."""
        (first, before), (last, after) = self._marks[0], self._marks[-1]
        return (after - before) / (last - first) if last > first else 0.0

    @property
    def words(self) -> str:
        """What a person wants to know: amounts, speed, time left."""
        amounts = f"{size_words(self.done)} of {size_words(self.total)}"
        if self.rate <= 0:
            return amounts
        left = duration_words((self.total - self.done) / self.rate)
        return f"{amounts}, {size_words(self.rate)} a second, {left} left"
