"""The writer's editor: plain text, exact in and out."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QMenu, QPlainTextEdit, QTextEdit, QWidget

from engine.store.edits import Origin
from engine.store.runs import Run
from gui.clipboard import Pasted, copied, pasted
from gui.edits import Edits, seal, span
from gui.file_drops import FileDrops
from gui.ghost import Ghost
from gui.ranges import TrackedRange
from gui.raw_text import from_document, to_document
from gui.typesetting import Typesetting

_ALT_TYPES = sys.platform == "darwin"  # whose Option key makes signs of letters


class Editor(QPlainTextEdit):
    """Edit one text. Positions are UTF-16 units of the document, as in QTextCursor."""

    edited = Signal(int, int, int)  # position, units removed, units added
    replayed = Signal()  # after an undo or redo
    composition_ended = Signal()
    zoom_asked = Signal(int)  # steps
    files_dropped = Signal(list)  # Paths

    def __init__(self, points: float, is_command: Callable[[QKeySequence], bool], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.context_menu: Callable[[], QMenu] | None = None
        self.composing = False
        self.automatic = False  # whether the text is being changed by other means than typing and pasting
        self.origin = Origin.HUMAN  # of the edits that come now
        self.authors_between: Callable[[int, int], Sequence[Run]] = lambda _start, _end: ()  # of these positions
        self.coming: Pasted | None = None  # what the next edit may be, by way of the clipboard or a drag
        self._is_command = is_command
        self._marks: dict[str, list[QTextEdit.ExtraSelection]] = {}
        self.typesetting = Typesetting(self)
        self._edits = Edits(self.document())
        self._edits.edited.connect(self.edited)
        FileDrops(self).dropped.connect(self.files_dropped)
        self.ghost = Ghost(self)
        self.edited.connect(self.ghost.follow)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCenterOnScroll(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setCursorWidth(2)
        self.setTabChangesFocus(False)
        self.setAccessibleName(self.tr("Text"))
        self.typesetting.set_points(points)

    def text(self) -> str:
        """Return the text exactly as it would be saved."""
        return from_document(self.document().toRawText())

    def set_text(self, text: str) -> None:
        """Replace everything by `text` and forget the history."""
        self.typesetting.choose_font(text)
        self.setPlainText(to_document(text))
        self.document().setModified(False)

    def raw_text(self) -> str:
        """Return the text as it is laid out, which is what positions count in."""
        return self.document().toRawText()

    def set_raw_text(self, raw: str) -> None:
        """Replace everything by a text that is laid out already, and forget the history."""
        self.typesetting.choose_font(raw)
        self.setPlainText(raw)

    def text_between(self, start: int, end: int) -> str:
        """Return the text of the positions `[start, end)`."""
        return from_document(span(self.document(), start, end).selectedText())

    def text_before(self, position: int) -> str:
        """Return the text that stands before `position`."""
        return self.text_between(0, position)

    def select_span(self, start: int, end: int) -> None:
        """Select `[start, end)` and bring it into view."""
        self.setTextCursor(span(self.document(), start, end))
        self.centerCursor()

    def write(self, start: int, end: int, text: str, origin: Origin = Origin.HUMAN) -> int:
        """Replace `[start, end)` by `text` as one undo step and return where it ends."""
        cursor = span(self.document(), start, end)
        with self._automatically(), self.edits_by(origin):
            cursor.beginEditBlock()
            cursor.insertText(to_document(text))
            seal(cursor)
            cursor.endEditBlock()
        return cursor.position()

    def track(self, tracked: TrackedRange) -> TrackedRange:
        """Have `tracked` follow the edits from now on."""
        self._edits.track(tracked)
        return tracked

    def untrack(self, tracked: TrackedRange) -> None:
        """Leave `tracked` alone from now on."""
        self._edits.untrack(tracked)

    def set_marks(self, name: str, marks: list[QTextEdit.ExtraSelection]) -> None:
        """Show `marks` beside those of other names."""
        if marks or self._marks.get(name):
            self._marks[name] = marks
            self.setExtraSelections([mark for group in self._marks.values() for mark in group])

    @Slot()
    def undo_step(self) -> None:
        """Take the last step back."""
        self._replay(self.undo, Origin.UNDO)

    @Slot()
    def redo_step(self) -> None:
        """Do the last undone step again."""
        self._replay(self.redo, Origin.REDO)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the measure, and what is at the top in view."""
        top = self.top_position()
        self.typesetting.fit_margins()
        super().resizeEvent(event)
        self.scroll_to_top(top)

    def event(self, event: QEvent) -> bool:
        """Leave the window's commands to the window, also where Qt's editor has a use for their keys."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._is_command(QKeySequence(event.keyCombination()))
        ):
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Alt with a letter to the menus: Qt would type it, over what is selected, where no menu has it."""
        typed = event.text() and event.text().isprintable()
        if typed and event.modifiers() == Qt.KeyboardModifier.AltModifier and not _ALT_TYPES:
            event.ignore()
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Know whether an input method is composing, so that nothing disturbs it."""
        with self._edits.composing(self.textCursor()):
            super().inputMethodEvent(event)
        was, self.composing = self.composing, bool(event.preeditString())
        if was and not self.composing:
            self.composition_ended.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, scroll without."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_asked.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the window's commands."""
        if self.context_menu is not None:
            self.context_menu().exec(event.globalPos())

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy exactly what is selected, with who wrote it; Qt would turn no-break spaces into spaces."""
        cursor = self.textCursor()
        return copied(cursor.selectedText(), self.authors_between(cursor.selectionStart(), cursor.selectionEnd()))

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text exactly, long lines laid out in pieces."""
        if source.hasText():
            self.coming = pasted(source)
            self.textCursor().insertText(self.coming.raw)
            self.ensureCursorVisible()

    def top_position(self) -> int:
        """Return the position at the upper left of what is in view."""
        return self.cursorForPosition(QPoint(1, 1)).position()

    def scroll_to_top(self, position: int) -> None:
        """Scroll so that the line that holds `position` is the first in view."""
        block = self.document().findBlock(position)
        self.blockBoundingGeometry(block)  # lays the block out
        line = block.layout().lineForTextPosition(position - block.position())
        self.verticalScrollBar().setValue(block.firstLineNumber() + max(0, line.lineNumber()))

    def rect_of(self, position: int) -> QRect:
        """Return where a caret at `position` would stand in the viewport."""
        return self.cursorRect(span(self.document(), position, position))

    @contextlib.contextmanager
    def net_unchanged(self) -> Iterator[None]:
        """Keep quiet about edits that leave the text as it was, and the caret and view where they were."""
        cursor, scroll = self.textCursor(), self.verticalScrollBar().value()
        anchor, position = cursor.anchor(), cursor.position()
        with self._edits.quiet():
            yield
        self.put_caret(anchor, position)
        self.verticalScrollBar().setValue(scroll)

    def put_caret(self, anchor: int, position: int) -> None:
        """Set the writer's selection without scrolling."""
        scroll = self.verticalScrollBar().value()
        self.setTextCursor(span(self.document(), anchor, position))
        self.verticalScrollBar().setValue(scroll)

    @contextlib.contextmanager
    def edits_by(self, origin: Origin) -> Iterator[None]:
        """Have the edits made meanwhile count as those of `origin`."""
        before, self.origin = self.origin, origin
        try:
            yield
        finally:
            self.origin = before

    def _replay(self, step: Callable[[], None], origin: Origin) -> None:
        with self._automatically(), self.edits_by(origin):
            step()
        self.replayed.emit()

    @contextlib.contextmanager
    def _automatically(self) -> Iterator[None]:
        self.automatic = True
        try:
            yield
        finally:
            self.automatic = False
