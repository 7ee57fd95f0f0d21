"""Counting words and headings of a long document a little at a time, so that typing is never kept waiting."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QTextDocument

from engine.projects.outline import Heading, HeadingFinder
from engine.text.words import count_words
from gui.raw_text import from_document
from gui.timers import after

_PAUSE = 250  # milliseconds between an edit and a count
_SLICE = 0.004  # seconds at a time


@dataclass(frozen=True, slots=True)
class Count:
    """What a document consists of."""

    words: int
    headings: list[Heading]


class Counter(QObject):
    """Count a document whenever it has changed.

    A count under way is finished although the document changes meanwhile, and another follows.
    """

    counted = Signal(object)  # Count

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._document: QTextDocument | None = None
        self._next = -1  # the block to go on with; -1 while nothing is under way
        self._words = 0
        self._finder = HeadingFinder()
        self._pause = after(self, _PAUSE, self._begin)
        self._slice = after(self, 0, self._go_on)

    def watch(self, document: QTextDocument | None) -> None:
        """Count `document` now and after every change from now on."""
        if self._document is not None:
            self._document.contentsChanged.disconnect(self._on_changed)
        self._document = document
        self._pause.stop()
        if document is not None:
            document.contentsChanged.connect(self._on_changed)
            self._begin()

    @Slot()
    def _on_changed(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    @Slot()
    def _begin(self) -> None:
        if self._next >= 0:
            self._pause.start()
            return
        self._next, self._words, self._finder = 0, 0, HeadingFinder()
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        if self._document is None:
            self._next = -1
            return
        end = time.perf_counter() + _SLICE
        block = self._document.findBlockByNumber(self._next)
        while block.isValid() and time.perf_counter() < end:
            line = from_document(block.text())
            self._words += count_words(line)
            self._finder.read(line)
            self._next += 1
            block = block.next()
        if block.isValid():
            self._slice.start()
            return
        self._next = -1
        self.counted.emit(Count(self._words, self._finder.found))
