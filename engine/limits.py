"""Run a piece of somebody's program, such as a chat template, with an end to its time and to its memory."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")

SECONDS = 2.0
BYTES = 500_000_000


class LimitError(Exception):
    """The time or the memory was used up."""


def bounded(act: Callable[[], T], seconds: float = SECONDS, extra_bytes: int = BYTES) -> T:
    """Return what `act` returns. Raises LimitError once it has run for `seconds`, or wants `extra_bytes` more memory.

    Time is looked at before every line of Python that runs; a single long step of arithmetic or of a regular
    expression is ended too where the system has timers (not Windows) and the caller is the main thread. Memory is
    bounded where the system can do so for one process (Linux).
    """
    deadline = time.monotonic() + seconds
    before = sys.gettrace()

    def watch(_frame: FrameType, _event: str, _argument: Any) -> Any:
        if time.monotonic() > deadline:
            raise LimitError(f"it takes more than {seconds:g} s")
        return watch

    sys.settrace(watch)
    try:
        with _memory_bound(extra_bytes), _alarm(seconds):
            return act()
    except MemoryError as error:
        raise LimitError(f"it takes more than {extra_bytes // 10**6} MB") from error
    finally:
        sys.settrace(before)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise LimitError after `seconds` by a signal, which CPython heeds within long products and powers of integers."""
    if sys.platform == "win32":
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise LimitError(f"it takes more than {seconds:g} s")

    try:
        before = signal.signal(signal.SIGALRM, ring)
    except ValueError:  # another thread than the main one
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _memory_bound(extra: int) -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as file:
        held = int(file.read().split()[0]) * resource.getpagesize()
    wanted = held + extra if hard == resource.RLIM_INFINITY else min(held + extra, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
