"""Train a model in the real window, time it, and make the pictures of the Train workspace.

    QT_QPA_PLATFORM=offscreen python -m benchmarks.training_screenshots NOVEL.txt[.xz] [--anew] [--to-end] [--home HOME]

The curves, the samples and the times are those of the run. It is stopped when the pictures are taken, unless it shall
go on `--to-end`: then the card is a picture too, and the estimate stands beside the time it took. Of a file of books
(blank lines part them) the first is read. `--home` keeps the writer's data, and with it the model.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.evaluating import read_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gui.main_window import MainWindow
    from gui.training.training import Training
    from gui.training.window import TrainWindow


def main() -> None:
    """Train until there is something to see, or to the end, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path, help="a text of some length, such as a novel")
    parser.add_argument("--folder", type=Path, default=Path("docs/images"))
    parser.add_argument("--evaluations", type=int, default=8, help="how many the curve shall show")
    parser.add_argument("--anew", action="store_true", help="begin with no model, instead of the one suggested")
    parser.add_argument("--to-end", action="store_true", help="train to the end and print what came of it")
    parser.add_argument("--home", type=Path, help="where the writer's data shall lie")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = (options.home or Path(folder)).resolve()
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):  # the pictures show nobody's own settings
            os.environ[name] = str(home)
        novel = home / "novel.txt"
        novel.parent.mkdir(parents=True, exist_ok=True)
        novel.write_text(read_text(options.text).split("\n\n")[0], encoding="utf-8")
        Session(home, options.folder).run(novel, options.evaluations, anew=options.anew, to_end=options.to_end)


class Session:
    """A writer at the Train workspace, with a camera."""

    def __init__(self, home: Path, folder: Path | None) -> None:
        from gui.app import make_application
        from gui.engine_client import EngineClient
        from gui.main_window import MainWindow
        from gui.settings import Settings

        self._folder = folder
        self._application: QApplication = make_application(["penwright"])
        self._window: MainWindow = MainWindow(
            self._application, Settings(theme="light"), home / "settings.json", EngineClient()
        )
        self.training: Training = self._window.training.training
        self.view: TrainWindow = self._window.training.view

    def open(self) -> TrainWindow:
        """Show the workspace."""
        self._window.show()
        self._window.training.open()
        self.view.resize(1080, 800)
        return self.view

    def run(self, text: Path, evaluations: int, *, anew: bool, to_end: bool) -> None:
        """Train on `text`, and keep how it looks in both themes."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        from gui.training.start_box import StartBox

        view, training = self.open(), self.training
        surveys = []
        training.surveyed.connect(surveys.append)
        view.setup.files.add([text])
        self.until(view.setup.start.isEnabled)
        if anew:
            box = view.setup.findChildren(StartBox)[0]
            QTest.keyClick(box, Qt.Key.Key_Home)
        self.settle(1.0)  # what it begins with changes what is read and how long it takes
        self.until(view.setup.start.isEnabled)
        self.picture("train-setup")
        begun = time.monotonic()
        view.setup.start.click()
        self.until(
            lambda: (
                sum(report.validation_loss is not None for report in training.reports) >= evaluations
                or not training.busy
            )
        )
        self.picture("train")
        if to_end:
            self.until(lambda: not training.busy)
            print(f"estimated {surveys[-1].seconds / 60:.1f} minutes, took {(time.monotonic() - begun) / 60:.1f}")
            print(training.outcome.message if training.outcome else training.sentence)
            self.picture("train-card")
        elif training.busy:
            training.pause()
        self.close()

    def close(self) -> None:
        """End window and engine, and print what the trainings took."""
        self._window.close()
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"processor time of the training process: {(spent.ru_utime + spent.ru_stime) / 60:.1f} minutes")

    def picture(self, name: str) -> None:
        """Keep how the workspace looks in both themes, where pictures are wanted."""
        if self._folder is None:
            return
        self.view.messages.hide()
        for theme in ("light", "dark"):
            self._window.parts.looks.choose(theme)
            self.settle(0.3)
            path = self._folder / f"{name}-{theme}.png"
            self.view.grab().save(str(path))
            print(path, flush=True)

    def until(self, reached: Callable[[], bool]) -> None:
        """Let the window live until something is so."""
        while not reached():
            self.settle(0.1)

    def settle(self, seconds: float) -> None:
        """Let the window live for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._application.processEvents()
            time.sleep(0.005)


if __name__ == "__main__":
    main()
