"""Timers that act once, a while after they were last started."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, SignalInstance


def after(parent: QObject, milliseconds: int, act: Callable[[], object] | SignalInstance) -> QTimer:
    """Return a timer of `parent` that does `act` so long after its last start; it is not started yet."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(act)
    return timer
