"""Ghost text: what may come next, shown behind the caret and no part of the document."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPalette, QTextBlock, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QPlainTextEdit

from gui.edits import span
from gui.raw_text import from_document, units

# A run of letters with what stands before it; Chinese and Japanese have no spaces, so a sign is a word.
_SIGN = "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_WORD = re.compile(rf"\s*(?:{_SIGN}|(?:(?!{_SIGN})\S)+)[，。、；：！？」』”]*")
_STRENGTH = 0.8  # of the colour for what is read last
_GIVES_WAY = (QEvent.Type.InputMethod, QEvent.Type.FocusOut, QEvent.Type.PaletteChange)
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)


class Ghost(QObject):
    """Show one of several candidates behind the caret of an editor, laid out with the line but never in the document.

    Qt's layouts have a place for text that an input method has not yet committed: it wraps, moves
    what follows, and is neither saved, undone nor reported. Ghost text stands there. It is shown at the end
    of a paragraph only, goes with any edit but the typing of its own next letters, and gives way to
    an input method, a mouse click and the loss of the focus.
    """

    changed = Signal()  # it came, went, or shows something else

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor)
        self._editor = editor
        self._block = QTextBlock()
        self._candidates: list[str] = []
        self._number = 0
        self.position = 0
        self.begun = False  # whether the writer took some of it, or chose among the candidates
        editor.installEventFilter(self)
        editor.viewport().installEventFilter(self)
        editor.cursorPositionChanged.connect(self._on_caret)

    @property
    def visible(self) -> bool:
        """Tell whether there is any."""
        return bool(self._candidates)

    @property
    def text(self) -> str:
        """Return what is shown, "" when nothing is."""
        return self._candidates[self._number] if self._candidates else ""

    @property
    def place(self) -> tuple[int, int]:
        """Return the number of the candidate shown, from 1, and how many there are."""
        return (self._number + 1 if self._candidates else 0), len(self._candidates)

    def may_show(self) -> bool:
        """Tell whether the caret stands where ghost text can: at the end of a paragraph, with nothing selected."""
        cursor = self._editor.textCursor()
        if cursor.hasSelection() or not self._editor.hasFocus() or self._editor.isReadOnly():
            return False
        return not cursor.block().text()[cursor.positionInBlock() :].strip()

    def show(self, candidates: list[str]) -> None:
        """Show the first of `candidates` (single lines, not empty) behind the caret."""
        self._clear_layout()
        self._candidates = list(dict.fromkeys(candidates))
        self._number = 0
        self.begun = False
        self.position = self._editor.textCursor().position()
        self._lay_out()
        self.changed.emit()

    def cycle(self, steps: int) -> None:
        """Show the candidate `steps` further, around the end."""
        if self._candidates:
            self._number = (self._number + steps) % len(self._candidates)
            self.begun = True
            self._lay_out()
            self.changed.emit()

    def next_word(self) -> str:
        """Return the first word of what is shown, with the space before it."""
        match = _WORD.match(self.text)
        return match[0] if match else self.text

    @Slot()
    def hide(self) -> None:
        """Show none."""
        if self._candidates:
            self._clear_layout()
            self._candidates = []
            self.begun = False
            self.changed.emit()

    def follow(self, position: int, removed: int, added: int) -> None:
        """Keep what is left after an edit that put the ghost's own next letters in its place; go with any other."""
        if not self._candidates:
            return
        typed = (
            "" if removed else from_document(span(self._editor.document(), position, position + added).selectedText())
        )
        left = [text[len(typed) :] for text in self._candidates if text.startswith(typed)]
        if position != self.position or not typed or not self.text.startswith(typed) or self.text == typed:
            self.hide()
            return
        shown = self.text[len(typed) :]
        self._clear_layout()
        self._candidates = [text for text in dict.fromkeys(left) if text]
        self._number = self._candidates.index(shown)
        self.begun = True
        self.position = position + added
        self._lay_out()
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give way to whatever would take ghost text for a composition: clicks, input methods, moves of the caret."""
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress or (kind in _GIVES_WAY and watched is self._editor):
            self.hide()
        elif kind == QEvent.Type.KeyPress and watched is self._editor:
            assert isinstance(event, QKeyEvent)
            if event.key() not in _MODIFIERS and not (event.text() and event.text().isprintable()):
                self.hide()
        return False

    @Slot()
    def _on_caret(self) -> None:
        cursor = self._editor.textCursor()
        if self._candidates and (cursor.hasSelection() or cursor.position() != self.position):
            self.hide()

    def _lay_out(self) -> None:
        self._block = self._editor.document().findBlock(self.position)
        layout, start = self._block.layout(), self.position - self._block.position()
        shade = QTextCharFormat()
        colour = self._editor.palette().color(QPalette.ColorRole.PlaceholderText)
        colour.setAlphaF(_STRENGTH)
        shade.setForeground(colour)
        ghost = QTextLayout.FormatRange()
        # Qt's own attributes, which its type stubs do not know.
        ghost.start, ghost.length, ghost.format = start, units(self.text), shade  # pyright: ignore
        formats = [each for each in layout.formats() if each.start < start]  # pyright: ignore
        layout.setPreeditArea(start, self.text)
        layout.setFormats([*formats, ghost])
        self._refresh()

    def _clear_layout(self) -> None:
        if self._block.isValid() and self._block.layout().preeditAreaText():
            layout = self._block.layout()
            place = layout.preeditAreaPosition()
            layout.setPreeditArea(-1, "")
            layout.setFormats([each for each in layout.formats() if each.start < place])  # pyright: ignore
            self._refresh()
        self._block = QTextBlock()

    def _refresh(self) -> None:
        self._editor.document().markContentsDirty(self._block.position(), self._block.length())
