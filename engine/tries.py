"""The wait before something is tried again, a moment at a time, so that whoever waits can leave between two moments."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass

MOMENT = 0.2  # seconds


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing comes; the next try is in `seconds`."""

    seconds: float


def wait(seconds: float) -> Generator[Waiting, None, None]:
    """Wait, yielding several times until then."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        yield Waiting(left)
        time.sleep(min(MOMENT, left))
