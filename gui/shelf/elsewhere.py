"""GGUF files elsewhere on this machine, looked for beside the window: heads are long, and disks may sleep."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.library import Shelved, folders_shelf, programs_shelf
from gui.timers import after

_REST = 100  # milliseconds before a look
_LOOKS = 20  # milliseconds between two looks at what was found


class Elsewhere(QObject):
    """Know the files that the writer chose and those of other programs, as they were when last looked at.

    The thread knows nothing of Qt, so that a window that goes meanwhile is waited for by nobody.
    """

    changed = Signal()  # `chosen` or `programs`

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.chosen: list[Shelved] = []
        self.programs: list[Shelved] = []
        self._found: queue.SimpleQueue[tuple[list[Shelved], list[Shelved]] | None] = queue.SimpleQueue()
        self._wanted: list[str] | None = None  # files to look at once the thread has ended
        self._rest = after(self, _REST, self._begin)  # a window being put together shares no processor with the thread
        self._looks = QTimer(self)
        self._looks.setInterval(_LOOKS)
        self._looks.timeout.connect(self._take)

    @property
    def busy(self) -> bool:
        """Tell whether something may yet be found."""
        return self._wanted is not None or self._looks.isActive()

    def look(self, files: Sequence[str]) -> None:
        """Look anew at `files`, which the writer chose, and at what other programs keep."""
        self._wanted = list(files)
        if not self._looks.isActive():
            self._rest.start()

    @Slot()
    def _begin(self) -> None:
        files, self._wanted = self._wanted or [], None
        self._looks.start()
        threading.Thread(target=_find, args=(files, self._found), name="elsewhere", daemon=True).start()

    @Slot()
    def _take(self) -> None:
        if self._found.empty():
            return
        self._looks.stop()
        if self._wanted is not None:
            self._rest.start()
        found = self._found.get()
        if found is not None and found != (self.chosen, self.programs):
            self.chosen, self.programs = found
            self.changed.emit()


def _find(files: list[str], found: queue.SimpleQueue[tuple[list[Shelved], list[Shelved]] | None]) -> None:
    """Put what there is into `found`; None, where a fault of ours kept it from being seen."""
    try:
        found.put((folders_shelf(files), programs_shelf()))
    except Exception:  # whatever it is, the window must not look for an answer for ever
        traceback.print_exc()
        found.put(None)
