"""Edits at random by human and model: typing, pasting, erasing, text that streams in while the writer types.

Texts are full of what is easily damaged: surrogate pairs, combining marks, carriage returns, U+2028 and U+2029,
right-to-left and Chinese letters.
"""

from __future__ import annotations

import random

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from gui.editor import Editor
from gui.main_window import MainWindow
from gui.raw_text import PlainText

PIECES = [
    "a",
    "word ",
    "😀",
    "e\u0301",
    "\u05d0\u05d1 ",
    "\u202e",
    "中文。",
    "\n",
    "\r",
    "\r\n",
    "\u2028",
    "\u2029",
    "\u00a0",
    "\u206a",
    "\t",
]
TYPED = "abc ,."
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LONG = 2_000  # characters, after which half a text goes


class RandomEdits:
    """Edit the document in view of a window, and say what its text is then by slicing the one before."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw

    def type(self, window: MainWindow, text: str) -> str:
        """Type some letters, and now and then a line end, at a random place of `text`."""
        editor, start = _editor(window), self._place(text)
        _select(editor, start, start)
        words = "".join(self._draw.choices(TYPED, k=self._draw.randrange(1, 6)))
        QTest.keyClicks(editor, words)
        if self._draw.random() < 0.3:
            key, sign = self._draw.choice(((Qt.KeyboardModifier.NoModifier, "\n"), (SHIFT, "\u2028")))
            QTest.keyClick(editor, Qt.Key.Key_Return, key)
            words += sign
        return text[:start] + words + text[start:]

    def paste(self, window: MainWindow, text: str) -> str:
        """Put text of the clipboard in the place of a few characters of `text`."""
        start, end = sorted((self._place(text), self._place(text)))
        end = min(end, start + 5)
        end -= text[end - 1 : end + 1] == "\r\n"
        words = "".join(self._draw.choices(PIECES, k=self._draw.randrange(1, 8)))
        _select(_editor(window), start, max(start, end))
        QGuiApplication.clipboard().setText(words)
        QTest.keyClick(_editor(window), Qt.Key.Key_V, CONTROL)
        return text[:start] + words.replace("\r\n", "\n") + text[max(start, end) :]

    def erase(self, window: MainWindow, text: str) -> str:
        """Erase a few characters of `text`, or more where it is long."""
        start, end = sorted((self._place(text), self._place(text)))
        if len(text) < LONG:
            end = min(end, start + 9)
            end -= text[end - 1 : end + 1] == "\r\n"
        if end <= start:
            return text
        _select(_editor(window), start, end)
        QTest.keyClick(_editor(window), Qt.Key.Key_Delete)
        return text[:start] + text[end:]

    def stream(self, window: MainWindow, text: str) -> str:
        """Let text stream in while the writer types before and behind it."""
        start = self._place(text)
        if not text[:start].strip():
            return text
        _select(_editor(window), start, start)
        parts = window.parts
        parts.writing.generate()
        end = start
        for _ in range(self._draw.randrange(1, 6)):
            piece = "".join(self._draw.choices(PIECES, k=self._draw.randrange(1, 4)))
            parts.writing.on_text(0, piece)
            text = text[:end] + piece + text[end:]
            end += len(piece)
            if self._draw.random() < 0.4:
                text, moved = self._type_beside(_editor(window), text, start, end)
                start, end = start + moved, end + moved
        parts.jobs.stop()
        return text

    def _type_beside(self, editor: Editor, text: str, start: int, end: int) -> tuple[str, int]:
        """Type a letter away from the streamed text `[start, end)`; return the text, and by how much that moved."""
        behind = self._draw.random() < 0.5
        place = len(text) if behind else 0
        if start <= place <= end:
            return text, 0
        _select(editor, place, place)
        QTest.keyClick(editor, "x")
        return text[:place] + "x" + text[place:], 0 if behind else 1

    def _place(self, text: str) -> int:
        """Return a random offset that cuts no line end in two."""
        offset = self._draw.randrange(len(text) + 1)
        return offset - (text[offset - 1 : offset + 1] == "\r\n")


def _editor(window: MainWindow) -> Editor:
    return window.parts.workspace.current.editor


def _select(editor: Editor, start: int, end: int) -> None:
    plain = PlainText(editor.raw_text())
    editor.put_caret(plain.position(start), plain.position(end))
