"""What a translation or summary is made of: the selection, or the whole document."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gui.editor import Editor
from gui.edits import span
from gui.open_document import OpenDocument
from gui.ranges import TrackedRange
from gui.raw_text import PlainText


class Source(QObject):
    """Remember where a text was taken from, and where its parts are while the document changes."""

    def __init__(self, opened: OpenDocument) -> None:
        super().__init__(opened.editor)
        self.opened = opened
        cursor = opened.editor.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        self.whole = start == end
        if self.whole:
            start, end = 0, opened.editor.document().characterCount() - 1
        self.range = opened.editor.track(TrackedRange(start, end))
        self._plain = PlainText(span(opened.editor.document(), start, end).selectedText())
        self._start = start
        self._parts: list[TrackedRange] = []
        self._edits: list[tuple[int, int, int]] = []
        opened.editor.edited.connect(self._on_edited)

    @property
    def editor(self) -> Editor:
        """Return the editor that the text is in."""
        return self.opened.editor

    @property
    def text(self) -> str:
        """Return the text as it was taken."""
        return self._plain.text

    def place(self, start: int, end: int) -> TrackedRange:
        """Return where the code points `[start, end)` of the text stand now; nothing follows it from here on."""
        part = TrackedRange(self._start + self._plain.position(start), self._start + self._plain.position(end))
        for edit in self._edits:
            part.adjust(*edit)
        return part

    def track_part(self, start: int, end: int) -> TrackedRange:
        """Return the place of the code points `[start, end)` of the text, wherever edits will move it."""
        part = self.place(start, end)
        self._parts.append(self.editor.track(part))
        return part

    def release(self) -> None:
        """Follow the edits no longer."""
        for tracked in (self.range, *self._parts):
            self.editor.untrack(tracked)
        self.editor.edited.disconnect(self._on_edited)

    @Slot(int, int, int)
    def _on_edited(self, position: int, removed: int, added: int) -> None:
        self._edits.append((position, removed, added))
