"""What the modes' panels have in common: a column that scrolls when the window is small."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class ModePanel(QScrollArea):
    """A scrolling column for a mode's fields."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setObjectName("page")
        self.column = QVBoxLayout(page)
        self.column.setContentsMargins(16, 14, 14, 14)
        self.column.setSpacing(12)
        self.setWidget(page)

    def fill(self, *widgets: QWidget) -> None:
        """Put `widgets` under each other, at the top."""
        for widget in widgets:
            self.column.addWidget(widget)
        self.column.addStretch(1)
