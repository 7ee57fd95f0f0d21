"""The number of threads that torch computes with, chosen by timing the steps of a search while it runs.

Two threads on two quiet cores are half as fast again as one; when another program takes a core
they wait for each other at every operation, and a step takes forty times as long. Only
the clock tells. The number belongs to the process, as in torch: whoever generates calls
`manage_threads` once; without it (in training) nothing here does anything.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

_SAMPLES = 5  # steps that a number of threads is judged by
_BETTER = 0.95  # a number must take less than this share of the time to be worth a change
_HOPELESS = 1.5  # a trial with a step this much slower is over
_WORSE = 3.0  # a number whose last steps are this much slower than they were is left
_ROWS, _WIDTH = 32, 768  # of small products
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds between trials; a failed one doubles the pause


class ThreadChooser:
    """Climb to the fastest number of threads among powers of two up to `most`, beginning safely with one.

    `note` takes the seconds of a step and the time it ended; `count` is the number to use for the next.
    """

    def __init__(self, most: int) -> None:
        self._counts = [1 << power for power in range(most.bit_length()) if 1 << power <= most]
        self._place = 0
        self._trial: int | None = None  # the place on trial
        self._times: list[float] = []
        self._reference = 0.0  # seconds of a step with the number chosen, when it was chosen
        self._upwards = True
        self._pause = 0.0
        self._next_trial = 0.0

    @property
    def count(self) -> int:
        """Threads to use for the next step."""
        return self._counts[self._place if self._trial is None else self._trial]

    def settle(self, step: Callable[[int], float], now: float) -> None:
        """Choose beforehand by trying `step`, which takes a number of threads and returns its seconds."""
        for _ in range(_SAMPLES * (len(self._counts) + 1)):
            seconds = step(self.count)
            now += seconds
            self.note(seconds, now)
        self._trial, self._times, self._upwards = None, [], True
        self._reference = math.inf  # other steps take other times
        self._next_trial = now + _FIRST_PAUSE

    def note(self, seconds: float, now: float) -> None:
        """Learn that the last step took `seconds` and ended at `now`."""
        self._times.append(seconds)
        if self._trial is not None:
            self._judge_trial(now)
        elif len(self._times) >= _SAMPLES:
            self._judge_choice(now)

    def _judge_choice(self, now: float) -> None:
        self._times = self._times[-_SAMPLES:]
        if self._place and min(self._times[-2:]) > _WORSE * self._reference:
            self._upwards, self._next_trial = False, now  # somebody else has taken a core
        if now >= self._next_trial:
            self._reference = statistics.median(self._times)
            self._begin_trial()

    def _begin_trial(self) -> None:
        if not 0 <= self._neighbour() < len(self._counts):
            self._upwards = not self._upwards
        if 0 <= self._neighbour() < len(self._counts):
            self._trial, self._times = self._neighbour(), []

    def _neighbour(self) -> int:
        return self._place + (1 if self._upwards else -1)

    def _judge_trial(self, now: float) -> None:
        # The first step with another number also wakes the threads: it is given more time.
        hopeless = (_WORSE if len(self._times) == 1 else _HOPELESS) * self._reference
        if self._times[-1] > hopeless:
            self._end_trial(now, adopted=False)
        elif len(self._times) == _SAMPLES:
            self._end_trial(now, adopted=statistics.median(self._times) < _BETTER * self._reference)

    def _end_trial(self, now: float, *, adopted: bool) -> None:
        if adopted and self._trial is not None:
            self._place, self._pause = self._trial, 0.0
            self._reference = statistics.median(self._times)
        else:
            self._upwards = not self._upwards
            self._pause = min(_LONGEST_PAUSE, max(_FIRST_PAUSE, 2 * self._pause))
        self._trial, self._times = None, []
        self._next_trial = now + self._pause


_chooser: ThreadChooser | None = None


def manage_threads() -> None:
    """Let the steps of this process choose its number of threads from now on; beyond the first call, do nothing.

    Small products choose it for what comes before them: loading a model, and reading the first text.
    """
    global _chooser
    if _chooser is None:
        _chooser = ThreadChooser(torch.get_num_threads())
        _small_step(1)  # the first one prepares others
        _chooser.settle(_small_step, time.perf_counter())
        torch.set_num_threads(_chooser.count)


def _small_step(threads: int) -> float:
    """Return the seconds that a product as short as those of small models takes."""
    torch.set_num_threads(threads)
    rows, weights = torch.ones(_ROWS, _WIDTH), torch.ones(_WIDTH, _WIDTH)
    begun = time.perf_counter()
    torch.mm(rows, weights)
    return time.perf_counter() - begun


@contextmanager
def timed_step(device: torch.device) -> Iterator[None]:
    """Time what is done inside as one step on `device`, if it is a processor whose threads are managed."""
    if _chooser is None or device.type != "cpu":
        yield
        return
    begun = time.perf_counter()
    yield
    ended = time.perf_counter()
    _chooser.note(ended - begun, ended)
    if torch.get_num_threads() != _chooser.count:
        torch.set_num_threads(_chooser.count)
