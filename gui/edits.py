"""What is edited in a document, exactly, and the stretches that follow it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QTextCursor, QTextDocument

from gui.ranges import TrackedRange
from gui.raw_text import units


def span(document: QTextDocument, start: int, end: int) -> QTextCursor:
    """Return a cursor that selects the positions `[start, end)`."""
    last = document.characterCount() - 1
    cursor = QTextCursor(document)
    cursor.setPosition(min(start, last))
    cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
    return cursor


def seal(cursor: QTextCursor) -> None:
    """Keep Qt from merging what is typed next into this undo step: it merges adjacent insertions only."""
    cursor.insertText("\u2063")
    cursor.deletePreviousChar()


class Edits(QObject):
    """Report the edits of a document, in UTF-16 units, and keep tracked ranges in their places."""

    edited = Signal(int, int, int)  # position, units removed, units added

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._document = document
        self._length = document.characterCount() - 1
        self._tracked: list[TrackedRange] = []
        self._quiet = False
        self._composed: tuple[int, str] | None = None
        document.contentsChange.connect(self._on_contents_change)

    def track(self, tracked: TrackedRange) -> None:
        """Have `tracked` follow the edits from now on."""
        self._tracked.append(tracked)

    def untrack(self, tracked: TrackedRange) -> None:
        """Leave `tracked` alone from now on."""
        self._tracked = [other for other in self._tracked if other is not tracked]

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """Say nothing of edits that together leave the text as it was."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    @contextlib.contextmanager
    def composing(self, cursor: QTextCursor) -> Iterator[None]:
        """Find out what an input method edits at `cursor`: Qt reports whole paragraphs around a composition."""
        start = self._document.findBlock(cursor.selectionStart()).position()
        last = self._document.findBlock(cursor.selectionEnd())
        self._composed = start, span(self._document, start, last.position() + last.length() - 1).selectedText()
        try:
            yield
        finally:
            self._composed = None

    @Slot(int, int, int)
    def _on_contents_change(self, position: int, removed: int, added: int) -> None:
        # Qt's counts may include the separator after the last block.
        old, self._length = self._length, self._document.characterCount() - 1
        tail = max(0, min(old - (position + removed), self._length - (position + added)))
        removed, added = old - position - tail, self._length - position - tail
        if self._composed is not None:
            position, removed, added = self._exact(*self._composed, added - removed)
        if self._quiet or not (removed or added):
            return
        for tracked in self._tracked:
            tracked.adjust(position, removed, added)
        self.edited.emit(position, removed, added)

    def _exact(self, start: int, old: str, grown: int) -> tuple[int, int, int]:
        new = span(self._document, start, start + units(old) + grown).selectedText()
        head = _common(old, new)
        tail = _common(old[head:][::-1], new[head:][::-1])
        return start + units(old[:head]), units(old[head : len(old) - tail]), units(new[head : len(new) - tail])


def _common(first: str, second: str) -> int:
    """Return the length of the beginning that two texts have in common."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((number for number, (one, other) in pairs if one != other), min(len(first), len(second)))
