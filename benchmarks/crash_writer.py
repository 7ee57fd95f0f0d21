"""A writer for the crash test: a real window in which keys are pressed without end, and a witness of what it holds.

The witness is a file of JSON lines written without a buffer, so that it outlives a kill: every text before the journal
hears of the edit, every acceptance by the journal in the moment of it, every save before and after.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.events import ModelLoaded
from engine.store.journal import Journal
from gui.app import make_application
from gui.editor import Editor
from gui.engine_client import EngineClient
from gui.main_window import MainWindow
from gui.open_document import OpenDocument
from gui.settings import ModeSettings, Settings

LETTERS = ["a", "e", "n", " ", " ", ".", "é", "e\u0301", "中", "😀", "\u05d0", "\u00a0"]
MOVES = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Home, Qt.Key.Key_End)
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
MOST_UNTITLED = 3
LONG = 3_000  # characters, after which a text is begun anew
BREATH = 0.004  # seconds between two keys, so that a real engine finds time to write


def write_until_killed(folder: Path, witness: Path, seed: int, *, engine: bool) -> None:
    """Open the files in `folder` and what was not saved the last time, and write for ever.

    With `engine` the text of the model is that of a real engine process, which whoever reads the witness may kill.
    """
    application = make_application(["penwright"])
    settings = Settings(first_start=False, complete=not engine, write=ModeSettings(model="story-en" if engine else ""))
    window = MainWindow(application, settings, folder / "settings.json", EngineClient())
    writer = Writer(window, Witness(witness), random.Random(seed), engine=engine)
    window.show()
    window.activateWindow()
    window.keeping.reopen_unsaved()
    window.parts.files.open_all(sorted(folder.glob("*.txt")))
    writer.begin()
    if engine:
        writer.start_engine()
    while True:
        writer.act()
        application.processEvents()


class Witness:
    """Lines in a file, each there as soon as it is written."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def tell(self, kind: str, **facts: Any) -> None:
        """Write one line."""
        os.write(self._file, (json.dumps({"kind": kind, "at": time.monotonic(), **facts}) + "\n").encode())


class Writer:
    """Press random keys in a window."""

    def __init__(self, window: MainWindow, witness: Witness, draw: random.Random, *, engine: bool) -> None:
        self._window = window
        self._engine = engine
        self._parts = window.parts
        self._witness = witness
        self._draw = draw
        self._counts: dict[Editor, int] = {}  # edits seen, by editor
        self._journals: dict[Journal, str] = {}
        self._parts.workspace.editor_made.connect(self._watch)  # before the journal hears of the document

    def begin(self) -> None:
        """Tell what there is after the start."""
        for opened in self._parts.workspace.documents:
            self._number_of(opened)
            self._witness.tell("restored", document=opened.identity, text=opened.editor.text())
        self._parts.journals.writer.accepted.connect(self._on_accepted, Qt.ConnectionType.DirectConnection)
        self._witness.tell("ready")

    def start_engine(self) -> None:
        """Start the engine, wait until its model is there, and begin a story; tell of its process and of its death."""
        parts, tell = self._parts, self._witness.tell
        loaded: list[object] = []
        parts.client.engine_ready.connect(lambda _device: tell("engine", pid=parts.client.process_id))
        parts.jobs.died.connect(lambda _sentence, running: tell("died", running=running))
        parts.jobs.event_came.connect(lambda event: loaded.append(event) if isinstance(event, ModelLoaded) else None)
        self._window.start_engine()
        while not loaded:
            QApplication.processEvents()
            time.sleep(BREATH)
        self._press(Qt.Key.Key_N, CONTROL)
        QTest.keyClicks(self._editor, "Once upon a time there was an old king who lived by the sea.")

    def act(self) -> None:
        """Do one of the things that writers do; beside a real engine nothing that would end its text."""
        acts: list[tuple[int, int, Callable[[], None]]] = [
            (30, 60, self._type),
            (6, 6, self._move),
            (6, 6, self._erase),
            (6, 0, lambda: self._press(Qt.Key.Key_Z, CONTROL)),
            (4, 0, lambda: self._press(Qt.Key.Key_Z, CONTROL | SHIFT)),
            (5, 3, self._save),
            (4, 6, self._generate),
            (20, 0, self._stream),
            (2, 0, lambda: self._press(Qt.Key.Key_Escape)),
            (1, 0, lambda: self._parts.client.engine_died.emit("The engine died.")),
            (2, 1, self._paste),
            (2, 0, self._switch),
            (1, 0, self._new),
        ]
        weights = [real if self._engine else usual for usual, real, _ in acts]
        self._draw.choices([act for _, _, act in acts], weights)[0]()
        if self._engine:
            time.sleep(BREATH)

    @property
    def _editor(self) -> Editor:
        return self._parts.workspace.current.editor

    def _press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._editor, key, modifiers)

    def _type(self) -> None:
        if self._editor.document().characterCount() > LONG:
            self._press(Qt.Key.Key_A, CONTROL)
        for _ in range(self._draw.randrange(1, 9)):
            text = self._draw.choice(LETTERS)
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                key = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, text)
                QApplication.sendEvent(self._editor, key)
        if self._draw.random() < 0.2:
            self._press(Qt.Key.Key_Return, self._draw.choice((SHIFT, Qt.KeyboardModifier.NoModifier)))

    def _move(self) -> None:
        modifiers = self._draw.choice((SHIFT, CONTROL, Qt.KeyboardModifier.NoModifier))
        for _ in range(self._draw.randrange(1, 6)):
            self._press(self._draw.choice(MOVES), modifiers)

    def _erase(self) -> None:
        self._press(self._draw.choice((Qt.Key.Key_Backspace, Qt.Key.Key_Delete)))

    def _save(self) -> None:
        if self._parts.workspace.current.path is not None:
            self._press(Qt.Key.Key_S, CONTROL)

    def _generate(self) -> None:
        if not (self._engine and self._parts.jobs.running):
            self._press(Qt.Key.Key_Return, CONTROL)

    def _stream(self) -> None:
        if self._parts.writing.variants is not None and self._parts.jobs.running:
            self._parts.writing.on_text(0, self._draw.choice((" the king", " 😀", "\n", ". Then", "王")))

    def _paste(self) -> None:
        QGuiApplication.clipboard().setText("".join(self._draw.choices([*LETTERS, "\n", "\u2028"], k=30)))
        self._press(Qt.Key.Key_V, CONTROL)

    def _switch(self) -> None:
        self._parts.workspace.show_document(self._draw.choice(self._parts.workspace.documents))

    def _new(self) -> None:
        untitled = [opened for opened in self._parts.workspace.documents if opened.path is None]
        if len(untitled) < MOST_UNTITLED:
            self._press(Qt.Key.Key_N, CONTROL)

    def _watch(self, editor: Editor) -> None:
        editor.edited.connect(lambda *_edit: self._on_edited(editor))

    def _number_of(self, opened: OpenDocument) -> int:
        """Return the number of the last edit, counted here from where the journal was at the beginning."""
        if opened.editor not in self._counts:
            kept = self._parts.journals.of(opened)
            assert kept is not None
            self._parts.journals.settle()
            self._journals[kept.journal] = opened.identity
            self._counts[opened.editor] = kept.journal.last
            tell = self._witness.tell
            opened.saving.connect(lambda path, digest, _about: tell("saving", path=str(path), digest=digest))
            opened.saved.connect(lambda: tell("saved", path=str(opened.path), digest=opened.digest))
        return self._counts[opened.editor]

    def _on_edited(self, editor: Editor) -> None:
        opened = next((each for each in self._parts.workspace.documents if each.editor is editor), None)
        if opened is None or self._parts.journals.of(opened) is None:
            return  # the text is only just being put there
        self._counts[editor] = number = self._number_of(opened) + 1
        self._witness.tell(
            "text", document=opened.identity, number=number, text=editor.text(), origin=editor.origin.value
        )

    def _on_accepted(self, journal: Journal, number: int) -> None:
        if journal in self._journals:
            self._witness.tell("accepted", document=self._journals[journal], number=number)
