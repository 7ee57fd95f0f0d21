"""Showing a passage without selecting it, so that the next key neither replaces nor singles it out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QTextEdit

from gui.editor import Editor
from gui.edits import span

_MARK = "pointed out"
_ALPHA = 90  # of 255: lighter than what is selected
_ENDINGS = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.InputMethod)


def point_out(editor: Editor, start: int, end: int) -> None:
    """Put the caret before `[start, end)` and highlight it until the next key or click in the text."""
    editor.put_caret(start, start)
    editor.centerCursor()
    _Highlight(editor, start, end)


class _Highlight(QObject):
    """Highlight a passage until the next key or click; a later one takes its place."""

    def __init__(self, editor: Editor, start: int, end: int) -> None:
        super().__init__(editor)
        self._editor = editor
        mark = QTextEdit.ExtraSelection()
        colour = editor.palette().color(QPalette.ColorRole.Highlight)
        colour.setAlpha(_ALPHA)
        mark.cursor, form = span(editor.document(), start, end), mark.format
        form.setBackground(colour)
        mark.format = form
        editor.set_marks(_MARK, [mark])
        for each in (editor, editor.viewport()):
            each.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Let the highlight go with the next key or click."""
        if event.type() in _ENDINGS:
            self._end()
        return False

    def _end(self) -> None:
        for each in (self._editor, self._editor.viewport()):
            each.removeEventFilter(self)
        self._editor.set_marks(_MARK, [])
        self.deleteLater()
