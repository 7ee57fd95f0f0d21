"""Fields for text that accompanies the document."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from gui.panels.widgets import button, column, label


class NoteField(QPlainTextEdit):
    """A few lines of text; Tab goes on to the next field."""

    def __init__(self, name: str, hint: str, text: str, lines: int = 3) -> None:
        super().__init__()
        self._lines = lines
        self.setObjectName("field")
        self.setAccessibleName(name)
        self.setAccessibleDescription(hint)
        self.setToolTip(hint)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setPlainText(text)

    def sizeHint(self) -> QSize:
        """Return the room that the lines need."""
        return QSize(160, self._lines * self.fontMetrics().lineSpacing() + 18)

    def minimumSizeHint(self) -> QSize:
        """Return the same height: a field is read as a whole."""
        return QSize(80, self.sizeHint().height())


class Foldable(QWidget):
    """A titled part of a panel that opens and closes."""

    folded = Signal(bool)

    def __init__(self, title: str, content: QWidget, *, is_open: bool) -> None:
        super().__init__()
        self._title = title
        self._content = content
        self._head = button("", role="fold")
        self._head.setCheckable(True)
        self._head.setChecked(is_open)
        layout = column(self, 6)
        layout.addWidget(self._head)
        layout.addWidget(content)
        self._head.toggled.connect(self._show)
        self._show(is_open)

    def unfold(self) -> None:
        """Open this part."""
        self._head.setChecked(True)

    @Slot(bool)
    def _show(self, is_open: bool) -> None:
        self._head.setText(("▾  " if is_open else "▸  ") + self._title)
        self._head.setAccessibleName(self._title)
        self._content.setVisible(is_open)
        self.folded.emit(not is_open)


def titled(title: str, field: QWidget) -> QWidget:
    """Return `field` under a small title."""
    made = QWidget()
    layout = column(made, 3)
    name = label(title, "quiet")
    name.setBuddy(field)
    layout.addWidget(name)
    layout.addWidget(field)
    return made
