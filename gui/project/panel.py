"""The project's part of the left panel: its name, its words, and its tree."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.panels.widgets import column, label, plain_button
from gui.project.tree_view import ProjectTree


class ProjectPanel(QWidget):
    """Show a project, or nothing at all while there is none."""

    new_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tree = ProjectTree()
        self._name = label("", "section")
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words = label("", "quiet")
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        new = plain_button("+", self.tr("New chapter"))
        new.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # a command has a key for it
        new.clicked.connect(self.new_asked)
        self._hint = label(
            self.tr("No texts here yet: + makes one, and what you put into the folder appears."), "quiet", wraps=True
        )
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._name, 1)
        head.addWidget(self._words)
        head.addWidget(new)
        layout = column(self, 4)
        layout.addLayout(head)
        layout.addWidget(self._hint)
        layout.addWidget(self.tree, 1)
        self.hide()

    @property
    def words(self) -> str:
        """Return what is said of the length of the whole."""
        return self._words.text()

    def show_name(self, name: str, tip: str) -> None:
        """Show which project it is; "" for none."""
        self._name.setText(name)
        self._name.setToolTip(tip)
        self._hint.hide()
        self.setVisible(bool(name))

    def show_empty(self, empty: bool) -> None:
        """Say what to do where there is no document."""
        self._hint.setVisible(empty)

    def show_words(self, words: int, *, complete: bool) -> None:
        """Show the words of the whole project, as far as they are counted."""
        self.tree.make_room_for(f"{words:,}")
        self._words.setText(f"{words:,}" if complete else f"{words:,} …")
        self._words.setToolTip(self.tr("Words in the project") if complete else self.tr("Still counting"))
