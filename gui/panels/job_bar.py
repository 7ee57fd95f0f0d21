"""How far a long job is."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from engine.events import Progress
from gui.panels.widgets import label
from gui.timers import after

_PATIENCE = 800  # milliseconds


class JobBar(QFrame):
    """Show progress in words and as a bar, and offer to stop."""

    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self._label = label("", "quiet")
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        stop = QPushButton(self.tr("Stop"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 5, 8, 5)
        layout.setSpacing(12)
        layout.addWidget(self._label, 2)
        layout.addWidget(self._bar, 3)
        layout.addWidget(stop)
        stop.clicked.connect(self.stop_asked)
        self._delay = after(self, _PATIENCE, self._on_delay)
        self._known = False  # whether anything was heard of the job
        self._counted = False  # whether the job is one of many pieces
        self.hide()

    @property
    def words(self) -> str:
        """Return what is said, "" when nothing is."""
        return "" if self.isHidden() else self._label.text()

    @Slot()
    def begin(self) -> None:
        """Wait a moment before showing anything: short jobs need no bar."""
        self._known = self._counted = False
        self._delay.start()

    def show_progress(self, progress: Progress) -> None:
        """Show how far the job is; single steps of a model are too small to show."""
        if progress.unit == "steps":
            self._known = True
            if not self._counted:
                self.hide()  # the text itself shows that the job goes on
            return
        self._known = True
        self._counted = self._counted or not progress.note
        done = min(progress.done, progress.total) if progress.total else progress.done
        counted = f"{done:n} / {progress.total:n} {progress.unit}" if progress.total else f"{done:n} {progress.unit}"
        self._label.setText(progress.note or counted)
        self._label.setToolTip(counted)
        self._bar.setRange(0, progress.total)
        self._bar.setValue(done)
        self.setVisible(not self._delay.isActive())

    @Slot()
    def _on_delay(self) -> None:
        if not self._known:
            self._label.setText(self.tr("Waiting for the engine…"))
            self._label.setToolTip("")
            self._bar.setRange(0, 0)
            self.show()

    @Slot()
    def finish(self) -> None:
        """Disappear."""
        self._delay.stop()
        self.hide()
