"""The middle of the window: the text, a result beside or below it, and the bars at its foot."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from gui.panels.find_bar import FindBar
from gui.panels.job_bar import JobBar
from gui.panels.message_bar import MessageBar
from gui.panels.result import ResultPane
from gui.panels.widgets import column
from gui.workspace import Workspace

_BESIDE = 700  # pixels; with less the result goes below the text


class Centre(QWidget):
    """Lay out what belongs to the text."""

    def __init__(
        self, workspace: Workspace, result: ResultPane, find: FindBar, progress: JobBar, messages: MessageBar
    ) -> None:
        super().__init__()
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        for number, part in enumerate((workspace, result)):
            self._split.addWidget(part)
            self._split.setStretchFactor(number, 1)
        self._split.setSizes([500, 500])
        layout = column(self, 0)
        layout.addWidget(self._split, 1)
        for bar in (find, progress, messages):
            layout.addWidget(bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the result beside the text where there is room, otherwise below."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE
        self._split.setOrientation(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical)
