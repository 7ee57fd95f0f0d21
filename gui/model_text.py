"""Which text came from the model: tinted until the writer accepts it, or edits it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QTextEdit

from gui.editor import Editor
from gui.edits import span
from gui.ranges import TrackedRange


class ModelText(QObject):
    """Tint stretches of an editor. A stretch that the writer edits counts as accepted."""

    changed = Signal()

    def __init__(self, editor: Editor, tint: Callable[[], QTextCharFormat]) -> None:
        super().__init__(editor)
        self._editor = editor
        self._tint = tint
        self._ranges: list[TrackedRange] = []
        editor.edited.connect(self._on_edited)

    @property
    def ranges(self) -> list[TrackedRange]:
        """Return what is tinted."""
        return list(self._ranges)

    def show(self, tracked: TrackedRange) -> None:
        """Tint a stretch that the editor tracks, from now on or as it is now."""
        if not any(tracked is other for other in self._ranges):
            self._ranges.append(tracked)
        self.repaint()

    def drop(self, tracked: TrackedRange) -> None:
        """Tint a stretch no longer."""
        self._ranges = [other for other in self._ranges if other is not tracked]
        self.repaint()

    @Slot()
    def accept(self) -> None:
        """Make all of it the writer's."""
        self._ranges.clear()
        self.repaint()

    def repaint(self) -> None:
        """Draw the tints anew, as after a change of theme."""
        self._ranges = [tracked for tracked in self._ranges if not tracked.touched]
        marks = []
        for tracked in self._ranges:
            mark = QTextEdit.ExtraSelection()
            # Qt's own attributes, which its type stubs do not know.
            mark.cursor = span(self._editor.document(), tracked.start, tracked.end)  # pyright: ignore
            mark.format = self._tint()  # pyright: ignore
            marks.append(mark)
        self._editor.set_marks("model", marks)
        self.changed.emit()

    @Slot(int, int, int)
    def _on_edited(self, position: int, _removed: int, _added: int) -> None:
        # Qt's own marks would grow over what is typed right behind them.
        if any(tracked.touched or (tracked.end == position and not tracked.growing) for tracked in self._ranges):
            self.repaint()
