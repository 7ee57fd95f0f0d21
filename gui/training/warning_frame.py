"""A sentence about what went wrong, in the place where it did."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from gui.panels.widgets import label


class WarningFrame(QFrame):
    """Show a sentence, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("warning")
        self._label = label("", wraps=True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(11, 8, 11, 8)
        layout.addWidget(self._label)
        self.hide()

    @property
    def sentence(self) -> str:
        """Return what is shown, "" when nothing is."""
        return "" if self.isHidden() else self._label.text()

    def show_sentence(self, sentence: str) -> None:
        """Show `sentence`, or go away where it is empty."""
        self._label.setText(sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(sentence))
