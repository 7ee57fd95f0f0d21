"""A document beside its file, where the two differ: which of them shall hold?"""

from __future__ import annotations

from enum import Enum

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from engine.store.changes import readable_changes
from gui.diff_view import DiffView
from gui.panels.widgets import button, label
from gui.themes import Theme


class Choice(Enum):
    """What the writer decided."""

    LATER = 0
    MINE = 1
    FILE = 2


class CompareDialog(QDialog):
    """Show what the text has that its file has not, and the other way round."""

    def __init__(self, title: str, file_text: str, text: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Compare {0} with its file").format(title))
        self.resize(720, 520)
        self.choice = Choice.LATER
        self.view = DiffView(theme)
        self.view.show_pieces(readable_changes(file_text, text))
        self._number = 0
        self._count = label("", "quiet")
        layout = QVBoxLayout(self)
        layout.addWidget(
            label(self.tr("Struck through: only in the file. Underlined: only in the text here."), "quiet", wraps=True)
        )
        layout.addWidget(self.view, 1)
        layout.addLayout(self._buttons())
        self._show_place()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        following = button(self.tr("&Next change"))
        following.setEnabled(self.view.changes > 1)
        following.clicked.connect(self._on_next)
        mine = button(self.tr("&Save the text here"), self.tr("Puts it into the file, in place of what is there"))
        mine.clicked.connect(lambda: self._choose(Choice.MINE))
        theirs = button(self.tr("&Take the file's text"), self.tr("One undo brings back the text here"))
        theirs.clicked.connect(lambda: self._choose(Choice.FILE))
        later = button(self.tr("&Decide later"), self.tr("Both stay as they are"))
        later.clicked.connect(self.reject)
        row.addWidget(following)
        row.addWidget(self._count)
        row.addStretch(1)
        for each in (mine, theirs, later):
            row.addWidget(each)
        later.setDefault(True)
        return row

    def _choose(self, choice: Choice) -> None:
        self.choice = choice
        self.accept()

    def _on_next(self) -> None:
        self._number = (self._number + 1) % self.view.changes
        self.view.go_to(self._number)
        self._show_place()

    def _show_place(self) -> None:
        total = self.view.changes
        self._count.setText(self.tr("{0} of {1}").format(self._number + 1, total) if total else self.tr("No change"))
