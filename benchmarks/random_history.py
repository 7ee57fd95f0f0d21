"""Random edits by human and model, undo, redo, save, kill and reopen, against a reference model of the text.

    python -m benchmarks.random_history [--operations 10000] [--seed 1]

The reference is a plain string, edited by slicing; the window is edited by its keys, its clipboard and streamed text.
After every kill, which leaves only what lies on the disk, a new window must hold the string, and so must the file after
every save. Earlier texts are drawn and looked up in the journal. Texts are full of what is easily damaged: surrogate
pairs, combining marks, carriage returns, U+2028 and U+2029, right-to-left and Chinese letters.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.paths import data_dir
from engine.text.documents import read_document
from gui.editor import Editor
from gui.main_window import MainWindow
from gui.open_document import OpenDocument
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
REMEMBERED = 200  # earlier texts that are looked up after a kill
LONG = 2_000  # characters, after which half a text goes


class MismatchError(AssertionError):
    """The window, a file or a journal holds another text than the reference."""


class RandomHistory:
    """Edit a file in windows made by `make_window` and compare it with a string."""

    def __init__(self, folder: Path, make_window: Callable[[], MainWindow], seed: int) -> None:
        self._folder = folder
        self._make_window = make_window
        self._draw = random.Random(seed)
        self._path = folder / "story.txt"
        self._path.write_bytes(b"One\r\ntwo\nthree\r")
        self.lives = 0
        self._known: dict[int, str] = {}
        self.text = "One\r\ntwo\nthree\r"
        self._start()

    def run(self, operations: int) -> None:
        """Do so many operations. Raises MismatchError."""
        acts: list[tuple[int, Callable[[], None]]] = [
            (30, self._type),
            (12, self._paste),
            (14, self._erase),
            (8, self._stream),
            (12, self._undo),
            (6, self._undo_and_redo),
            (4, self._redo),
            (6, self._save),
            (1, self._kill),
        ]
        for _ in range(operations):
            self._draw.choices([act for _, act in acts], [weight for weight, _ in acts])[0]()
            self._compare(self._editor.text(), "the window")
            self._note()
            QApplication.processEvents()
        self._kill()

    def close(self) -> None:
        """Close the window."""
        self._window.close()

    @property
    def _opened(self) -> OpenDocument:
        return self._window.parts.workspace.current

    @property
    def _editor(self) -> Editor:
        return self._opened.editor

    def _start(self) -> None:
        self._window = self._make_window()
        self._window.keeping.reopen_unsaved()
        self._window.parts.files.open(self._path)

    def _place(self) -> int:
        """Return a random offset that cuts no line end in two."""
        offset = self._draw.randrange(len(self.text) + 1)
        return offset - (self.text[offset - 1 : offset + 1] == "\r\n")

    def _select(self, start: int, end: int) -> None:
        plain = PlainText(self._editor.raw_text())
        self._editor.put_caret(plain.position(start), plain.position(end))

    def _type(self) -> None:
        start = self._place()
        self._select(start, start)
        words = "".join(self._draw.choices(TYPED, k=self._draw.randrange(1, 6)))
        QTest.keyClicks(self._editor, words)
        if self._draw.random() < 0.3:
            key, sign = self._draw.choice(((Qt.KeyboardModifier.NoModifier, "\n"), (SHIFT, "\u2028")))
            QTest.keyClick(self._editor, Qt.Key.Key_Return, key)
            words += sign
        self.text = self.text[:start] + words + self.text[start:]

    def _paste(self) -> None:
        start, end = sorted((self._place(), self._place()))
        end = min(end, start + 5)
        end -= self.text[end - 1 : end + 1] == "\r\n"
        words = "".join(self._draw.choices(PIECES, k=self._draw.randrange(1, 8)))
        self._select(start, max(start, end))
        QGuiApplication.clipboard().setText(words)
        QTest.keyClick(self._editor, Qt.Key.Key_V, CONTROL)
        self.text = self.text[:start] + words.replace("\r\n", "\n") + self.text[max(start, end) :]

    def _erase(self) -> None:
        start, end = sorted((self._place(), self._place()))
        if len(self.text) < LONG:
            end = min(end, start + 9)
            end -= self.text[end - 1 : end + 1] == "\r\n"
        if end > start:
            self._select(start, end)
            QTest.keyClick(self._editor, Qt.Key.Key_Delete)
            self.text = self.text[:start] + self.text[end:]

    def _stream(self) -> None:
        """Let text stream in while the writer types before and behind it."""
        start = self._place()
        if not self.text[:start].strip():
            return
        self._select(start, start)
        parts = self._window.parts
        parts.writing.generate()
        streamed = ""
        for _ in range(self._draw.randrange(1, 6)):
            piece = "".join(self._draw.choices(PIECES, k=self._draw.randrange(1, 4)))
            parts.writing.on_text(0, piece)
            streamed += piece
            self.text = (
                self.text[: start + len(streamed) - len(piece)]
                + piece
                + self.text[start + len(streamed) - len(piece) :]
            )
            if self._draw.random() < 0.4:
                start += self._type_beside(start, start + len(streamed))
        parts.jobs.stop()

    def _type_beside(self, start: int, end: int) -> int:
        """Type a letter away from the streamed text, and return by how much that moved."""
        behind = self._draw.random() < 0.5
        place = len(self.text) if behind else 0
        if start <= place <= end:
            return 0
        self._select(place, place)
        QTest.keyClick(self._editor, "x")
        self.text = self.text[:place] + "x" + self.text[place:]
        return 0 if behind else 1

    def _undo(self) -> None:
        QTest.keyClick(self._editor, Qt.Key.Key_Z, CONTROL)
        self.text = self._editor.text()

    def _redo(self) -> None:
        QTest.keyClick(self._editor, Qt.Key.Key_Z, CONTROL | SHIFT)
        self.text = self._editor.text()

    def _undo_and_redo(self) -> None:
        if self._editor.document().isUndoAvailable():
            QTest.keyClick(self._editor, Qt.Key.Key_Z, CONTROL)
            QTest.keyClick(self._editor, Qt.Key.Key_Z, CONTROL | SHIFT)

    def _save(self) -> None:
        QTest.keyClick(self._editor, Qt.Key.Key_S, CONTROL)
        self._compare(read_document(self._path).text, "the file")

    def _kill(self) -> None:
        """Go on in a new window with what lies on the disk, as after a kill."""
        journals = self._window.parts.journals
        if not journals.settle():
            raise MismatchError("the journal does not come to an end")
        self._window.backing_up.settle()  # or files would come and go while they are copied
        self.lives += 1
        home = self._folder / f"life-{self.lives}"
        shutil.copytree(data_dir(), home / "penwright")
        os.environ["XDG_DATA_HOME"] = str(home)
        self._window.close()
        self._start()
        self._compare(self._editor.text(), "what came back")
        kept = self._window.parts.journals.of(self._opened)
        assert kept is not None
        self._window.parts.journals.settle()
        for number, text in self._known.items():
            self._compare(PlainText(kept.journal.text_at(number)).text, f"the journal at edit {number}", text)
        self._known.clear()

    def _note(self) -> None:
        """Remember now and then which text belongs to which edit."""
        if self._draw.random() < 0.05 and len(self._known) < REMEMBERED:
            self._window.parts.journals.settle()
            kept = self._window.parts.journals.of(self._opened)
            assert kept is not None
            self._known[kept.journal.last] = self.text

    def _compare(self, found: str, where: str, expected: str | None = None) -> None:
        expected = self.text if expected is None else expected
        if found != expected:
            raise MismatchError(f"{where} holds {found!r} instead of {expected!r}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from gui.app import make_application
    from gui.engine_client import EngineClient
    from gui.settings import Settings

    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        os.environ["XDG_DATA_HOME"] = os.environ["XDG_CONFIG_HOME"] = str(folder / "life-0")
        application = make_application(["penwright"])

        def make_window() -> MainWindow:
            window = MainWindow(application, Settings(first_start=False), folder / "settings.json", EngineClient())
            window.show()
            QTest.qWaitForWindowActive(window, 1000)
            return window

        started = time.monotonic()
        history = RandomHistory(folder, make_window, options.seed)
        history.run(options.operations)
        history.close()
        seconds = time.monotonic() - started
        print(f"{options.operations:,} operations, {history.lives} kills: equal throughout, in {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
