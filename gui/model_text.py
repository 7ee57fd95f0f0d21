"""Which text came from the model: followed through every edit, and tinted until the writer accepts it, or edits it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QTextEdit

from engine.store.authorship import Authorship
from engine.store.edits import Origin
from engine.store.runs import Author, Run, cut, places
from engine.store.units import to_units
from gui.editor import Editor
from gui.edits import span


class ModelText(QObject):
    """Know who wrote what in an editor, and tint what is a model's."""

    accepted = Signal()  # something of it became the writer's
    carried = Signal()  # text was pasted that came with its authors

    def __init__(self, editor: Editor, tint: Callable[[], QTextCharFormat]) -> None:
        super().__init__(editor)
        self._editor = editor
        self._tint = tint
        self._shown = True
        self._authors = Authorship(editor.raw_text())
        editor.authors_between = lambda start, end: cut(self._authors.runs, start, end)
        editor.edited.connect(self._on_edited)

    @property
    def runs(self) -> list[Run]:
        """Return whose the text is, in order."""
        return self._authors.runs

    @property
    def kept(self) -> dict[str, Any]:
        """Return all that is to be kept of it, as a JSON object."""
        return self._authors.to_json()

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """Return the positions of what is the model's."""
        return places(self._authors.runs, Author.MODEL)

    def shares(self) -> dict[Author, int]:
        """Return how many units each kind of author has."""
        return self._authors.shares()

    def take_up(self, authors: Authorship) -> None:
        """Go on with what was kept of a text; what the editor holds beside it came from elsewhere."""
        self._authors = authors
        authors.align(self._editor.raw_text(), Origin.OUTSIDE)
        self.repaint()

    def forget(self) -> None:
        """Forget the text that was deleted; whose the text is that stands there stays known."""
        self._authors.forget()

    def accept(self, start: int, end: int) -> None:
        """Make the model's text at the positions `[start, end)` the writer's."""
        self._authors.accept(start, end)
        self.repaint()
        self.accepted.emit()

    def accept_all(self) -> None:
        """Make all of it the writer's."""
        self.accept(0, self._editor.document().characterCount() - 1)

    def set_shown(self, shown: bool) -> None:
        """Show the tint, or do not."""
        self._shown = shown
        self.repaint()

    def repaint(self) -> None:
        """Draw the tints anew, as after a change of theme."""
        marks = []
        for start, end in self.ranges if self._shown else ():
            mark = QTextEdit.ExtraSelection()
            # Qt's own attributes, which its type stubs do not know.
            mark.cursor = span(self._editor.document(), start, end)  # pyright: ignore
            mark.format = self._tint()  # pyright: ignore
            marks.append(mark)
        self._editor.set_marks("model", marks)

    @Slot(int, int, int)
    def _on_edited(self, position: int, removed: int, added: int) -> None:
        text = span(self._editor.document(), position, position + added).selectedText() if added else ""
        coming, self._editor.coming = self._editor.coming, None
        runs = coming.runs if coming is not None and coming.raw == text.replace("\u2029", "\n") else ()
        # Qt's own marks would grow over what is typed right behind them.
        if self._authors.change(position, removed, to_units(text), self._editor.origin, runs):
            self.repaint()
        if runs:
            self.carried.emit()
