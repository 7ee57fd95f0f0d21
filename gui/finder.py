"""The matches of a search in an editor: shown, stepped through, replaced."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor, QTextCharFormat
from PySide6.QtWidgets import QTextEdit

from gui.editor import Editor
from gui.edits import span
from gui.finding import Search
from gui.raw_text import PlainText, to_document
from gui.timers import after

_HIGHLIGHTS = 1000
_PAUSE = 150  # milliseconds between an edit and a new search


class Finder(QObject):
    """Search one editor at a time. Positions are UTF-16 units, as in QTextCursor."""

    outdated = Signal()  # the text has changed: search again

    def __init__(self, colour: QColor, parent: QObject) -> None:
        super().__init__(parent)
        self.matches: list[tuple[int, int]] = []
        self._editor: Editor | None = None
        self._colour = colour
        self._timer = after(self, _PAUSE, self.outdated)

    @property
    def editor(self) -> Editor | None:
        """Return the editor searched, None once it is gone."""
        return self._editor

    @property
    def selected(self) -> tuple[int, int]:
        """Return what is selected in the editor."""
        if self._editor is None:
            return 0, 0
        cursor = self._editor.textCursor()
        return cursor.selectionStart(), cursor.selectionEnd()

    def attach(self, editor: Editor) -> None:
        """Search in `editor` from now on."""
        if editor is self._editor:
            return
        if self._editor is not None:
            self.clear()
            self._editor.edited.disconnect(self._on_edited)
            self._editor.destroyed.disconnect(self._on_destroyed)
        self._editor = editor
        editor.edited.connect(self._on_edited)
        editor.destroyed.connect(self._on_destroyed)

    def set_colour(self, colour: QColor) -> None:
        """Show matches on `colour`."""
        self._colour = colour
        self._highlight()

    def search(self, search: Search) -> None:
        """Find and show all matches. Raises InputError, with none shown, for a pattern that is none."""
        self.clear()
        self.matches = [(start, end) for start, end, _ in self._found(search, "")]
        self._highlight()

    def clear(self) -> None:
        """Show no matches."""
        self.matches = []
        self._highlight()

    def step(self, steps: int) -> None:
        """Select the next match after (1) or before (-1) the selection, around the end."""
        start, end = self.selected
        if steps > 0:
            later = [match for match in self.matches if match[0] >= end and match != (start, end)]
            self._select((later or self.matches)[:1])
        else:
            earlier = [match for match in self.matches if match[1] <= start]
            self._select((earlier or self.matches)[-1:])

    def go(self) -> None:
        """Select the first match that does not begin before the selection."""
        start, _ = self.selected
        self._select(([match for match in self.matches if match[0] >= start] or self.matches)[:1])

    def replace_selected(self, search: Search, template: str) -> bool:
        """Replace the selected match; tell whether one was selected. Raises InputError as Search does."""
        texts = {(start, end): text for start, end, text in self._found(search, template)}
        here = self.selected
        if self._editor is None or self._editor.isReadOnly() or here not in texts:
            return False
        end = self._editor.write(*here, texts[here])
        self._editor.put_caret(end, end)
        return True

    def replace_all(self, search: Search, template: str) -> int:
        """Replace every match as one undo step and return how many. Raises InputError as Search does."""
        found = self._found(search, template)
        if self._editor is None or self._editor.isReadOnly():
            return 0
        document = self._editor.document()
        step = span(document, 0, 0)
        step.beginEditBlock()
        for start, end, text in reversed(found):
            span(document, start, end).insertText(to_document(text))
        step.endEditBlock()
        return len(found)

    def _found(self, search: Search, template: str) -> list[tuple[int, int, str]]:
        """Return every match as (start, end, replacement)."""
        if self._editor is None:
            return []
        plain = PlainText(self._editor.document().toRawText())
        return [
            (plain.position(match.start()), plain.position(match.end()), search.replacement(match, template))
            for match in search.matches(plain.text)
        ]

    def _select(self, matches: list[tuple[int, int]]) -> None:
        if self._editor is not None and matches:
            self._editor.setTextCursor(span(self._editor.document(), *matches[0]))
            self._editor.ensureCursorVisible()

    def _highlight(self) -> None:
        if self._editor is None:
            return
        look = QTextCharFormat()
        look.setBackground(self._colour)
        marks = []
        for start, end in self.matches[:_HIGHLIGHTS]:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = span(self._editor.document(), start, end)  # pyright: ignore
            mark.format = look  # pyright: ignore
            marks.append(mark)
        self._editor.set_marks("found", marks)

    @Slot()
    def _on_edited(self) -> None:
        self._timer.start()  # which itself would take a position for milliseconds

    @Slot()
    def _on_destroyed(self) -> None:
        self._editor = None
        self.matches = []
