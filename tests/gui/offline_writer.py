"""A writer's session in a window of its own, run as a program where no socket may be opened.

`python -m tests.gui.offline_writer MODEL PROJECT IMPORTED SETTINGS`: a model's folder, a project's, that of a model to
be imported, and the file for the settings. It prints what was done, a word for each.
"""

import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from engine.modes import Mode, SummaryStyle
from gui.app import make_application
from gui.dialogs.timeline import TimelineDialog
from gui.engine_client import EngineClient
from gui.main_window import MainWindow
from gui.settings import Settings

TEXT = "Once upon a time there was a king. He had a daughter. She lived by the sea. "
_PATIENCE = 120  # seconds


class Writer:
    """Do what a writer does, one thing after the other."""

    def __init__(self, settings: Path) -> None:
        self._application = make_application(["penwright"])
        self.window = MainWindow(self._application, Settings(), settings, EngineClient())
        self.window.show()
        self.window.activateWindow()
        self.window.start_engine()

    @property
    def editor(self):
        """The editor in view."""
        return self.window.parts.workspace.current.editor

    def wait(self, fact):
        """Let the window live until `fact` is so."""
        end = time.monotonic() + _PATIENCE
        while not fact():
            assert time.monotonic() < end, f"waited in vain at line {sys._getframe(1).f_lineno}"
            self._application.processEvents()
            time.sleep(0.01)

    def give(self, command):
        """Give a command."""
        self.window.parts.commands[command].trigger()

    def finish_job(self):
        """Wait for the job that was just begun."""
        jobs = self.window.parts.jobs
        assert jobs.running, self.window.parts.messages.sentence
        self.wait(lambda: not jobs.running)

    def see_ghosts(self):
        """Type, and wait for the grey text."""
        self.editor.setFocus()
        self.wait(self.editor.hasFocus)
        self.editor.insertPlainText(TEXT)
        self.give("suggest")
        self.wait(lambda: self.editor.ghost.visible)
        self.give("accept_ghost")

    def write(self, model):
        """Have the text continued by a model."""
        self.window.wiring.use_model(Mode.WRITE, model)
        before = self.editor.toPlainText()
        self.give("generate")
        self.finish_job()
        assert self.editor.toPlainText() != before

    def translate(self):
        """Translate the text."""
        self.give("translate")
        self.give("generate")
        self.finish_job()
        assert self.window.parts.result.editor.toPlainText().strip()

    def summarise(self, style):
        """Summarise the text in a style."""
        self.give("summarise")
        box = self.window.parts.summarise._style
        box.setCurrentIndex(box.findData(style.value))
        self.give("generate")
        self.finish_job()

    def search(self, folder):
        """Open a project and search it."""
        project, room = self.window.room.project, self.window.room
        complete, found = [], []
        project.complete.connect(lambda: complete.append(True))
        project.found.connect(lambda *_: found.append(True))
        room.open(folder)
        self.wait(lambda: complete)
        self.give("search_project")
        room.search.field.setText("lighthouse")
        self.wait(lambda: found and len(room.search.lines) > 1)
        room.walking.open("Prologue.md")
        self.editor.insertPlainText("Listen. ")

    def look_back(self):
        """Open the history of the text in view."""
        seen = []

        def close():
            dialogs = [each for each in QApplication.topLevelWidgets() if isinstance(each, TimelineDialog)]
            seen.extend(dialogs)
            for dialog in dialogs:
                dialog.close()

        QTimer.singleShot(0, close)
        self.give("timeline")
        assert seen, self.window.parts.messages.sentence

    def look_at_models(self):
        """Look at every page of the models' window."""
        self.give("manage_models")
        view = self.window.shelf.view
        for number in range(view.tabs.count()):
            view.tabs.setCurrentIndex(number)
            self._application.processEvents()
        self.wait(lambda: view._care.chosen is not None)
        assert view.finding.list.topLevelItemCount() > 5

    def import_and_verify(self, folder):
        """Take a model from a folder, and have it checked."""
        view = self.window.shelf.view
        view.installed.import_asked.emit(str(folder))
        self.wait(lambda: not view.chores.items)
        assert view.installed.list.shelved.name == folder.name, view.messages.sentence
        view.installed.verify.click()
        self.wait(lambda: not view.chores.items)
        assert "is complete" in view.messages.sentence, view.messages.sentence

    def leave(self):
        """Close all."""
        self.window.shelf.view.close()
        for opened in self.window.parts.workspace.documents:
            opened.editor.document().setModified(False)
        assert self.window.close()


def main(model: str, project: str, imported: str, settings: str) -> None:
    """Do everything that needs no network."""
    writer = Writer(Path(settings))
    for word, act in (
        ("ghosts", writer.see_ghosts),
        ("translate", writer.translate),
        ("headline", lambda: writer.summarise(SummaryStyle.HEADLINE)),
        ("key sentences", lambda: writer.summarise(SummaryStyle.KEY_SENTENCES)),
        ("write", lambda: writer.write(model)),
        ("search", lambda: writer.search(Path(project))),
        ("timeline", writer.look_back),
        ("models", writer.look_at_models),
        ("import and verify", lambda: writer.import_and_verify(Path(imported))),
        ("leave", writer.leave),
    ):
        act()
        sys.stdout.write(f"{word}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
