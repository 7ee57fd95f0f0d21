"""What the modes' panels have in common: a column that scrolls when the window is small."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from gui.timers import after

_ROUNDS = 100  # milliseconds


class ModePanel(QScrollArea):
    """A scrolling column for a mode's fields."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page = page = QWidget()
        page.setObjectName("page")
        self.column = QVBoxLayout(page)
        self.column.setContentsMargins(16, 14, 14, 14)
        self.column.setSpacing(12)
        self.setWidget(page)
        self._wanted: QWidget | None = None
        self._laid_out = after(self, _ROUNDS, self._on_laid_out)  # what grew is laid out a few rounds of events later
        self.verticalScrollBar().rangeChanged.connect(self._scroll)

    def fill(self, *widgets: QWidget) -> None:
        """Put `widgets` under each other, at the top."""
        for widget in widgets:
            self.column.addWidget(widget)
        self.column.addStretch(1)

    def bring_end(self, widget: QWidget) -> None:
        """Scroll so far that the lower end of `widget`, which may just have grown, is in view."""
        self._wanted = widget
        self._laid_out.start()

    @Slot()
    def _on_laid_out(self) -> None:
        self._scroll()
        self._wanted = None

    @Slot()
    def _scroll(self) -> None:
        page, bar = self._page, self.verticalScrollBar()
        if self._wanted is None or not isValid(self._wanted):  # it may have been taken away meanwhile
            return
        if page.isAncestorOf(self._wanted) and self._wanted.isVisibleTo(page):
            end = self._wanted.mapTo(page, QPoint(0, self._wanted.height())).y() + self.column.spacing()
            if not bar.value() + self._wanted.height() <= end <= bar.value() + self.viewport().height():
                bar.setValue(end - self.viewport().height())
