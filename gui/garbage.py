"""Objects that only refer to each other are freed in the window's own thread.

Python looks for them in whichever thread has just made one object more. Where they are widgets, Qt would take them down
beside the window's thread, which ends the process: journals, backups, counts and downloads have threads of their own.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY = 1000  # milliseconds


class GarbageCollector(QObject):
    """Do what Python's own collector does, at its thresholds, while the application's events are handled."""

    def __init__(self, parent: QObject) -> None:
        """From now on nothing is collected but here. What there is by now stays: no search goes through it again."""
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        timer = QTimer(self)
        timer.timeout.connect(self.collect)
        timer.start(_EVERY)

    @Slot()
    def collect(self) -> None:
        """Free what is due: the oldest generation whose turn it is, and all younger ones."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
