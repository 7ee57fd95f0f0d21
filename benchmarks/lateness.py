"""How late a timer of the window fires: what stalls its event loop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QTimer

_TICK = 4  # milliseconds


@contextmanager
def lateness() -> Iterator[list[float]]:
    """Take down how late a timer of the window fires meanwhile, in seconds."""
    late: list[float] = []
    due = [time.perf_counter() + _TICK / 1000]

    def on_tick() -> None:
        now = time.perf_counter()
        late.append(max(0.0, now - due[0]))
        due[0] = now + _TICK / 1000

    timer = QTimer(interval=_TICK)
    timer.timeout.connect(on_tick)
    timer.start()
    yield late
    timer.stop()
