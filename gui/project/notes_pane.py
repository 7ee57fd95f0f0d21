"""The notes of the document in view, in the assistant's column beside the text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from gui.panels.widgets import button, column, label
from gui.raw_text import units


class NotesPane(QWidget):
    """A field as large as the column, with the document's name above it."""

    edited = Signal()  # by the writer
    back_asked = Signal()  # to the hits of the search

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Notes"))
        self.back = button(self.tr("Back to what was found"), self.tr("Show the hits of the search again"), "link")
        self.back.hide()
        self._title = label("", "quiet", wraps=True)
        self.field = QPlainTextEdit()
        self.field.setObjectName("field")
        self.field.setAccessibleName(self.tr("Notes"))
        self.field.setFrameShape(QFrame.Shape.NoFrame)
        self.field.setTabChangesFocus(True)
        layout = column(self, 6)
        layout.setContentsMargins(16, 4, 14, 12)
        layout.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._title)
        layout.addWidget(self.field, 1)
        self._showing = False
        self.back.clicked.connect(self.back_asked)
        self.field.textChanged.connect(self._on_changed)

    @property
    def text(self) -> str:
        """Return the notes."""
        return self.field.toPlainText()

    def show_notes(self, title: str, notes: str, *, keeps: bool) -> None:
        """Show the notes of the document called `title`; where they cannot be kept, let none be written."""
        self._title.setText(title)
        self.field.setReadOnly(not keeps)
        self.field.setPlaceholderText(
            self.tr("What you want to remember about this text. It is kept with it and never part of it.")
            if keeps
            else self.tr("Notes are kept with a text: write something first, or open a file.")
        )
        if self.field.toPlainText() != notes:
            self._showing = True
            self.field.setPlainText(notes)
            self._showing = False

    def show_hit(self, start: int, end: int) -> None:
        """Select the characters `[start, end)` that a search found, and offer the way back to its hits."""
        notes, cursor = self.text, self.field.textCursor()
        cursor.setPosition(units(notes[:start]))
        cursor.setPosition(units(notes[:end]), QTextCursor.MoveMode.KeepAnchor)
        self.field.setTextCursor(cursor)
        self.field.centerCursor()
        self.back.show()
        self.field.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Offer no way back to a search once the writer was elsewhere."""
        super().hideEvent(event)
        if not event.spontaneous():  # else the whole window was put aside
            self.back.hide()

    @Slot()
    def _on_changed(self) -> None:
        if not self._showing:
            self.edited.emit()
