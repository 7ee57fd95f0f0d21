"""Random edits by human and model, undo, redo, save, kill and reopen, against a reference model of the text.

    python -m benchmarks.random_history [--operations 10000] [--seed 1]

The reference is a plain string, edited by slicing; the window is edited by its keys, its clipboard and streamed text.
After every kill, which leaves only what lies on the disk, a new window must hold the string, and so must the file after
every save. Earlier texts are drawn and looked up in the journal.
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
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.random_edits import CONTROL, SHIFT, RandomEdits
from engine.paths import data_dir
from engine.text.documents import read_document
from gui.editor import Editor
from gui.main_window import MainWindow
from gui.open_document import OpenDocument
from gui.raw_text import PlainText

REMEMBERED = 200  # earlier texts that are looked up after a kill


class MismatchError(AssertionError):
    """The window, a file or a journal holds another text than the reference."""


class RandomHistory:
    """Edit a file in windows made by `make_window` and compare it with a string."""

    def __init__(self, folder: Path, make_window: Callable[[], MainWindow], seed: int) -> None:
        self._folder = folder
        self._make_window = make_window
        self._draw = random.Random(seed)
        self._edits = RandomEdits(self._draw)
        self._path = folder / "story.txt"
        self._path.write_bytes(b"One\r\ntwo\nthree\r")
        self.lives = 0
        self._known: dict[int, str] = {}
        self.text = "One\r\ntwo\nthree\r"
        self._start()

    def run(self, operations: int) -> None:
        """Do so many operations. Raises MismatchError."""
        acts: list[tuple[int, Callable[[], None]]] = [
            (30, lambda: self._edit(self._edits.type)),
            (12, lambda: self._edit(self._edits.paste)),
            (14, lambda: self._edit(self._edits.erase)),
            (8, lambda: self._edit(self._edits.stream)),
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

    def _edit(self, edit: Callable[[MainWindow, str], str]) -> None:
        self.text = edit(self._window, self.text)

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
