"""Make the pictures of the Train workspace: a real training on a text, seen after some of its evaluations.

    QT_QPA_PLATFORM=offscreen python -m benchmarks.training_screenshots NOVEL.txt [--folder docs/images]

The curves, the samples and the times are those of the run; it is stopped when the pictures are taken.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication


def main() -> None:
    """Train until there is something to see, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("text", type=Path, help="a text of some length, such as a novel")
    parser.add_argument("--folder", type=Path, default=Path("docs/images"))
    parser.add_argument("--evaluations", type=int, default=8, help="how many the curve shall show")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):  # the pictures show nobody's own settings
            os.environ[name] = home
        take_pictures(Path(home), options.text.resolve(), options.folder, options.evaluations)


def take_pictures(home: Path, text: Path, folder: Path, evaluations: int) -> None:
    """Train on `text` in the real window and keep how it looks in both themes."""
    from gui.app import make_application
    from gui.engine_client import EngineClient
    from gui.main_window import MainWindow
    from gui.settings import Settings

    application: QApplication = make_application(["penwright"])
    window = MainWindow(application, Settings(theme="light"), home / "settings.json", EngineClient())
    window.show()
    window.training.open()
    view, training = window.training.view, window.training.training
    view.resize(1080, 800)

    def settle(seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            application.processEvents()
            time.sleep(0.005)

    view.setup.files.add([text])
    while not view.setup.start.isEnabled():
        settle(0.1)
    view.setup.start.click()
    while sum(report.validation_loss is not None for report in training.reports) < evaluations:
        settle(0.2)
        if not training.busy:
            raise RuntimeError(training.sentence or "the training ended before there was anything to see")
    view.messages.hide()
    for theme in ("light", "dark"):
        window.parts.looks.choose(theme)
        settle(0.3)
        path = folder / f"train-{theme}.png"
        view.grab().save(str(path))
        print(path)
    training.pause()
    window.close()


if __name__ == "__main__":
    main()
