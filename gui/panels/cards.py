"""Cards: short texts to read and pick from."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from gui.fonts import text_font
from gui.panels.widgets import column, label

_SHOWN = 420  # characters


class Card(QFrame):
    """A text with a line above it; a click, Enter or Space picks it, the arrow keys go on to its neighbours."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name = label("", "quiet")
        self._mark = label("", "quiet")
        self._state = label("", "quiet")
        self._mark.hide()
        self._foot = label("", "quiet", wraps=True)
        self._foot.hide()
        self._text = label("", wraps=True)
        self._text.setFont(text_font(self.font().pointSizeF() + 1))
        head = QHBoxLayout()
        head.addWidget(self._name)
        head.addWidget(self._mark)
        head.addStretch(1)
        head.addWidget(self._state)
        layout = column(self, 4)
        layout.setContentsMargins(11, 8, 11, 10)
        layout.addLayout(head)
        layout.addWidget(self._text)
        layout.addWidget(self._foot)

    def show_text(self, text: str, name: str = "", state: str = "", foot: str = "") -> None:
        """Show `text`, all on one long line, under its name and state, with where it is from below."""
        text = " ".join(text.split())
        for shown, words in ((self._name, name), (self._state, state), (self._foot, foot)):
            shown.setText(words)
            shown.setVisible(bool(words))
        self._text.setText(text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …")
        self._text.setVisible(bool(text))
        self.setAccessibleName(name or text)
        self.setAccessibleDescription("\n".join(part for part in (text, foot) if part))

    def set_mark(self, mark: str, reason: str) -> None:
        """Show a small mark beside the name, "" for none, with its reason on hover."""
        self._mark.setText(f"·  {mark}" if mark else "")
        self._mark.setToolTip(reason)
        self._mark.setVisible(bool(mark))

    def set_current(self, current: bool) -> None:
        """Show whether this is the one in use."""
        if self.property("current") != current:
            self.setProperty("current", current)
            self.style().unpolish(self)
            self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Wait for the release."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose by a click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by Enter or Space, move by the arrow keys."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.chosen.emit()
            case Qt.Key.Key_Down:
                self.focusNextChild()
            case Qt.Key.Key_Up:
                self.focusPreviousChild()
            case _:
                super().keyPressEvent(event)
