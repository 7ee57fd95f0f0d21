"""How soon the embedded model writes: python -m benchmarks.first_words [--rounds N].

Each round starts a window and its engine, cold, and asks at once for the continuation of a text of 100 tokens; then,
with the model loaded, for that of five others. Times end when the first text is in the editor. `import torch`, timed
in a process of its own before each round, tells a slow machine from a slow program: where the target was set it took
0.85 s. A first round that is not counted leaves Python's compiled files behind, as any start before does.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import Target, show

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from gui.main_window import MainWindow

_COLD, _LOADED = Target(2500, most=True), Target(30, most=True)  # milliseconds
_MULTIPLE = Target(2.9, most=True)  # of the time that importing torch takes
_IMPORT = "import time; begun = time.perf_counter(); import torch; print(time.perf_counter() - begun)"
_TEXTS = 5  # with the model loaded
_SETTLED = 3.0  # seconds after which nothing is loaded or compiled any more
_PAUSE = 0.001  # seconds between two looks, so that the engine has the processor
_STORY = (
    "the old king took his lamp and went down to the shore, where a small boat had come out of the fog. There was a "
    "man in the boat, and he was very tired. Who are you? said the king. I am a sailor from the other side of the "
    "sea, said the man, and I have not seen a light for eleven nights. The king held up his lamp and looked at him "
    "for a long time. Then he helped him out of the boat, and they walked up to the house together. It"
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", type=Path, help="measure once, in a folder for what the window keeps")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return
    _run()
    runs = [{"import": _import_torch(), **_run()} for _ in range(options.rounds)]
    cold = [run["cold"] for run in runs]
    loaded = [seconds for run in runs for seconds in run["loaded"]]
    for what, seconds, target in (
        ("window shown until the first token, cold, ms", cold, _COLD),
        ("asked until the first token, model loaded, ms", loaded, _LOADED),
    ):
        details = f"slowest of {len(seconds)}: {1000 * max(seconds):,.0f} ms, {runs[0]['tokens']} tokens of prompt"
        show(what, 1000 * statistics.median(seconds), target, details)
    imports = [run["import"] for run in runs]
    show("import torch alone, in a process of its own, ms", 1000 * statistics.median(imports), None, "")
    multiples = [run["cold"] / run["import"] for run in runs]
    show("cold, as a multiple of it", statistics.median(multiples), _MULTIPLE, f"most: {max(multiples):.2f}")


def measure(folder: Path) -> dict[str, Any]:
    """Return the seconds from the shown window to the first token, and those of each later text."""
    from PySide6.QtCore import QEvent, QObject

    from gui.app import make_application
    from gui.engine_client import EngineClient
    from gui.main_window import MainWindow
    from gui.settings import Settings

    class FirstPaint(QObject):
        seen = False

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
            self.seen = self.seen or event.type() == QEvent.Type.Paint
            return False

    application = make_application(["penwright"])
    window = MainWindow(application, Settings(complete=False), folder / "settings.json", EngineClient())
    first = FirstPaint()
    window.installEventFilter(first)
    window.show()
    while not first.seen:
        application.processEvents()
    shown = time.perf_counter()
    window.start_engine()
    _, came = _first_token(application, window, f"One evening {_STORY}")
    cold = came - shown
    _process(application, time.perf_counter() + _SETTLED)
    loaded = []
    for number in range(_TEXTS):
        asked, came = _first_token(application, window, f"On night {number} {_STORY}")
        loaded.append(came - asked)
    window.parts.workspace.current.editor.document().setModified(False)
    window.close()
    return {"cold": cold, "loaded": loaded, "tokens": _tokens(_STORY)}


def _first_token(application: QApplication, window: MainWindow, text: str) -> tuple[float, float]:
    """Continue `text` in a document of its own; return when that was asked for, and when its first text was there."""
    from engine.text.documents import Document

    parts, came = window.parts, []
    parts.workspace.add(Document(text), None)
    editor = parts.workspace.current.editor
    document = editor.document()
    end = document.characterCount() - 1
    editor.put_caret(end, end)

    def on_change() -> None:
        if document.characterCount() - 1 > end:
            came.append(time.perf_counter())

    document.contentsChanged.connect(on_change)
    application.processEvents()  # the text is shown: who asks sees it
    asked = time.perf_counter()
    parts.writing.generate()
    while not came:
        application.processEvents()
        time.sleep(_PAUSE)
    document.contentsChanged.disconnect(on_change)
    parts.jobs.stop()
    document.setModified(False)
    _wait_until_idle(application, window)
    return asked, came[0]


def _wait_until_idle(application: QApplication, window: MainWindow) -> None:
    """Return once the engine has left the job that was stopped: it serves one after the other."""
    from engine.events import Finished
    from engine.modes import Mode

    ended = set[int]()

    def on_event(job: int, event: object) -> None:
        if isinstance(event, Finished):
            ended.add(job)

    client = window.parts.client
    client.event_received.connect(on_event)
    asked = client.warm(Mode.WRITE)
    while asked not in ended:
        application.processEvents()
        time.sleep(_PAUSE)
    client.event_received.disconnect(on_event)


def _process(application: QApplication, end: float) -> None:
    while time.perf_counter() < end:
        application.processEvents()
        time.sleep(_PAUSE)


def _tokens(text: str) -> int:
    from engine.catalog import default_model
    from engine.modes import Mode
    from engine.tokenizer import TextTokenizer

    return len(TextTokenizer(default_model(Mode.WRITE).folder).encode(text))


def _import_torch() -> float:
    command = [sys.executable, "-c", _IMPORT]
    return float(subprocess.run(command, env=_environment(), capture_output=True, check=True).stdout)


def _environment() -> dict[str, str]:
    """Return ours, but let Python keep what it compiles, or every start compiles what an installed program has."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _run() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:  # the texts go into no journal of the writer's
        environment = {**_environment(), "XDG_DATA_HOME": folder}
        command = [sys.executable, "-m", "benchmarks.first_words", "--one", folder]
        found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        return json.loads(found.splitlines()[-1])


if __name__ == "__main__":
    main()
