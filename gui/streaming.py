"""Text that arrives while the writer goes on writing: put in its place, and in nobody's way."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from engine.store.edits import Origin
from gui.editor import Editor
from gui.edits import seal, span
from gui.ranges import TrackedRange
from gui.raw_text import BLOCK_LENGTH, SOFT_BREAK, to_document


@dataclass(frozen=True, slots=True)
class _Edit:
    """What the writer did while text streamed in: units removed at a position, raw text put there."""

    position: int
    removed: int
    text: str


class StreamedText(QObject):
    """Insert a job's text at its own place in an editor, all of it as one undo step.

    The writer's caret, selection and scroll position stay where they are, except that a view
    in which the caret waits before the text follows the text's end. Where an input method
    composes, text waits until it is done. Edits that the writer makes meanwhile are put before
    the text in the history when it ends, so that one undo removes all of the text and only it.
    """

    settled = Signal()  # all of the text stands, and the history is in order

    def __init__(self, editor: Editor, start: int, end: int) -> None:
        """Begin to replace the positions `[start, end)` of `editor`."""
        super().__init__(editor)
        self.range = editor.track(TrackedRange(start, start, growing=True))
        self._editor = editor
        self._old_length = end - start
        self._held = ""
        self._open = True
        self._inserting = False
        self._joins = False  # whether an undo step of ours is there to join
        self._last_is_ours = False
        self._base_steps = 0
        self._foreign: list[_Edit] = []
        cursor = editor.textCursor()
        self._follows = not cursor.hasSelection() and start <= cursor.position() <= end
        editor.edited.connect(self._on_edited)
        editor.composition_ended.connect(self._on_composition_ended)
        if self._old_length:
            self._insert("")

    def insert(self, text: str) -> None:
        """Add `text` at the end of what has come so far."""
        if not self._open or not text:
            return
        self._held += text
        if not self._in_composed_block():
            self._release()

    def finish(self) -> None:
        """End the text; once no input method composes, set history and caret in order and emit `settled`."""
        if self._open:
            self._open = self.range.growing = False
            if not self._editor.composing:
                self._settle()

    def _release(self) -> None:
        held, self._held = self._held, ""
        if held:
            self._insert(to_document(held))

    def _insert(self, raw: str) -> None:
        """Put `raw` at the end of the range, with the writer's caret and view kept."""
        editor, at = self._editor, self.range.end
        cursor = editor.textCursor()
        anchor, position = cursor.anchor(), cursor.position()
        top, scroll = editor.top_position(), editor.verticalScrollBar().value()
        follow = self._follows and position == self.range.start and self._end_in_view()
        delta = self._edit(raw)
        if at in (anchor, position):
            editor.put_caret(*(place if place <= at else max(at, place + delta) for place in (anchor, position)))
        if follow:
            self._scroll_after_end()
        elif at < top:
            editor.scroll_to_top(max(at, top + delta))  # which may have stood in what was taken away
        else:
            editor.verticalScrollBar().setValue(scroll)

    def _edit(self, raw: str) -> int:
        """Change the document within the text's one undo step and return by how much it grew."""
        document, at = self._editor.document(), self.range.end
        removed = 0 if self._joins else self._old_length
        if not self._joins:
            self._base_steps = document.availableUndoSteps()
        cursor = span(document, at, at + removed)
        if cursor.block().length() > 2 * BLOCK_LENGTH:
            raw = SOFT_BREAK + raw
        start, self._inserting = self.range.start, True
        if self._last_is_ours:
            cursor.joinPreviousEditBlock()
        else:
            cursor.beginEditBlock()
        with self._editor.edits_by(Origin.MODEL):
            cursor.insertText(raw)
            cursor.endEditBlock()
        self._inserting = False
        self._joins = self._last_is_ours = True
        self.range.start, self.range.end = start, cursor.position()  # ours grows at its edge, unlike others
        return cursor.position() - at - removed

    def _settle(self) -> None:
        editor = self._editor
        self._release()
        editor.edited.disconnect(self._on_edited)
        editor.composition_ended.disconnect(self._on_composition_ended)
        if self._foreign and not self.range.touched:
            with editor.net_unchanged():
                self._reorder_history()
        elif self._joins:
            with editor.net_unchanged():
                cursor = span(editor.document(), self.range.end, self.range.end)
                cursor.joinPreviousEditBlock()
                seal(cursor)
                cursor.endEditBlock()
        caret = editor.textCursor()
        if self._follows and not caret.hasSelection() and caret.position() == self.range.start:
            editor.put_caret(self.range.end, self.range.end)
        self.settled.emit()

    def _reorder_history(self) -> None:
        """Rebuild the same text with the writer's edits first and all of ours as the last undo step."""
        document = self._editor.document()
        ours = span(document, self.range.start, self.range.end).selectedText()
        while document.availableUndoSteps() > self._base_steps:
            document.undo()
        for edit in self._foreign:
            span(document, edit.position, edit.position + edit.removed).insertText(edit.text)
        cursor = span(document, self.range.start, self.range.start + self._old_length)
        cursor.beginEditBlock()
        cursor.insertText(ours)
        seal(cursor)
        cursor.endEditBlock()

    def _in_composed_block(self) -> bool:
        editor = self._editor
        return editor.composing and editor.textCursor().block() == editor.document().findBlock(self.range.end)

    def _end_in_view(self) -> bool:
        rect = self._editor.rect_of(self.range.end)
        return rect.top() >= 0 and rect.bottom() <= self._editor.viewport().height()

    def _scroll_after_end(self) -> None:
        rect = self._editor.rect_of(self.range.end)
        hidden = rect.bottom() - self._editor.viewport().height()
        if hidden > 0:
            bar = self._editor.verticalScrollBar()
            bar.setValue(bar.value() + math.ceil(hidden / rect.height()))

    @Slot(int, int, int)
    def _on_edited(self, position: int, removed: int, added: int) -> None:
        if self._inserting:
            return
        self._last_is_ours = False
        if self._joins:
            text = span(self._editor.document(), position, position + added).selectedText()
            behind = position >= self.range.end
            shift = self._old_length - (self.range.end - self.range.start) if behind else 0
            self._foreign.append(_Edit(position + shift, removed, text))

    @Slot()
    def _on_composition_ended(self) -> None:
        self._release()
        if not self._open:
            self._settle()
