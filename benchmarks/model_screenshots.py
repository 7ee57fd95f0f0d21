"""Make the pictures of the models' window: downloads from a server of the tests, the devices of this machine, errors.

QT_QPA_PLATFORM=offscreen python -m benchmarks.model_screenshots [--folder docs/images]

Buttons, rows and lists are reached by the keyboard alone. The model that is too large has weights without content.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

_PATIENCE = 120.0  # seconds
_SMALL = (480, 420)


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path, default=Path("docs/images"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):  # the pictures show nobody's own settings
            os.environ[name] = home
        with server(Path(home)) as (hub, faulty):
            Pictures(Path(home), options.folder, hub.endpoint, faulty).take()


@contextmanager
def server(home: Path) -> Iterator[tuple]:
    """Run a hub with models of all kinds; return it, and what makes its next file come damaged."""
    from tests.engine.hub.fake_hub import FakeRepo, fake_hub, model_files

    small, large = model_files(home / "origin/small"), model_files(home / "origin/large", padding=40_000_000)
    pickled = {name: data for name, data in small.items() if not name.endswith(".safetensors")}
    repos = {
        "writers/story-large": FakeRepo(large),
        "writers/story-small": FakeRepo(small),
        "writers/story-german": FakeRepo(large),
        "writers/story-damaged": FakeRepo(small),
        "writers/story-gated": FakeRepo(small, gated=True),
        "writers/story-pickled": FakeRepo(pickled),
    }
    with fake_hub(repos) as hub:
        hub.seconds_per_piece = 0.01
        yield hub, lambda: hub.faults.extend([("wrong", 2000)] * 8)


class Pictures:
    """The window in one state after the other, each in both themes."""

    def __init__(self, home: Path, folder: Path, endpoint: str, spoil: Callable[[], None]) -> None:
        from engine.paths import models_dir
        from gui.app import make_application
        from gui.engine_client import EngineClient
        from gui.main_window import MainWindow
        from gui.settings import Settings
        from tests.engine.tiny_models import tiny_causal

        self.folder, self.spoil = folder, spoil
        self.application = make_application(["penwright"])
        (tiny_causal(models_dir() / "half-copied", "llama") / "model.safetensors").write_bytes(b"\x08")
        tiny_causal(models_dir() / "my-novels", "llama")
        hollow_model(models_dir() / "too-large")
        settings = Settings(theme="light", hub_endpoint=endpoint, first_start=False, complete=False)
        self.window = MainWindow(self.application, settings, home / "settings.json", EngineClient())
        self.window.show()

    def take(self) -> None:
        """Take all of them."""
        self.window.shelf.open()
        self.view = self.window.shelf.view
        self.downloads()
        self.machine()
        self.errors()
        self.lack_of_memory()
        self.window.close()

    def downloads(self) -> None:
        """Show a download under way, one that rests, one that failed and one that is done, and the pages above them."""
        view = self.view
        self.show_page("Find more")
        self.fetch("writers/story-small")
        self.wait(lambda: "installed" in view.messages.sentence)
        self.keep("download-finished")
        self.spoil()
        self.fetch("writers/story-damaged")
        self.wait(lambda: "writers/story-damaged" in view.downloads.items)
        self.wait(lambda: view.downloads.items["writers/story-damaged"].stage.name == "FAILED")
        self.fetch("writers/story-german")
        self.wait(lambda: view.downloads.running is not None and view.downloads.running.done > 2_000_000)
        row = view.work.row("writers/story-german")
        row.pause.setFocus()
        QTest.keyClick(row.pause, Qt.Key.Key_Space)
        self.wait(lambda: view.downloads.items["writers/story-german"].stage.name == "PAUSED")
        self.fetch("writers/story-large")
        self.wait(lambda: view.downloads.running is not None and view.downloads.running.done > 5_000_000)
        self.keep("find-models")
        self.show_page("On this machine")
        self.keep("models")
        for repo in list(view.downloads.items):
            view.downloads.cancel(repo)
        self.wait(lambda: not view.downloads.items)
        view.messages.hide()

    def machine(self) -> None:
        """Show the devices, measured, with a model that is loaded."""
        self.window.start_engine()
        self.show_page("This computer")
        page = self.view.machine
        self.wait(page.measure.isEnabled)
        QTest.keyClick(page.measure, Qt.Key.Key_Space)
        self.wait(lambda: any(device.bandwidth for device in self.view._care.devices))
        self.view._care.look()
        self.wait(lambda: "Loaded" in page.words)
        page.placement.place.setFocus()
        self.keep("this-computer")

    def errors(self) -> None:
        """Show a model whose file is damaged, and two on the hub that are refused."""
        view = self.view
        self.show_page("On this machine")
        view.installed.refresh("half-copied")
        self.keep("model-damaged")
        self.show_page("Find more")
        for name, sentence in (("pickled", "pickled"), ("gated", "terms")):
            self.look_at(f"writers/story-{name}")
            self.wait(lambda sentence=sentence: sentence in view.finding.view.words)
            QTest.keyClick(view.finding.download, Qt.Key.Key_Space)
            self.wait(lambda: any(item.stage.name == "FAILED" for item in view.downloads.items.values()))
            self.keep(f"model-{name}")
            view.downloads.cancel(f"writers/story-{name}")

    def lack_of_memory(self) -> None:
        """Show a model that is too large as it is, and what may help."""
        self.view.close()
        window = self.window
        window.shelf.care.place(window.shelf.care.placement.__class__("cpu", "float32"))
        window.resize(1000, 640)
        QTest.keyClicks(window.parts.workspace.current.editor, "Once upon a time there was an old king who")
        window.wiring.use_model(window.parts.mode, "too-large")
        window.parts.commands["generate"].trigger()
        self.wait(lambda: "Use 8 bits" in window.parts.messages._button.text())
        self.keep("out-of-memory", window)

    def show_page(self, title: str) -> None:
        """Go to a page by the keys of its tabs."""
        bar = self.view.tabs.tabBar()
        bar.setFocus()
        for _ in range(bar.count()):
            QTest.keyClick(bar, Qt.Key.Key_Left)
        while bar.tabText(bar.currentIndex()) != title:
            QTest.keyClick(bar, Qt.Key.Key_Right)

    def look_at(self, repo: str) -> None:
        """Search for `repo` and ask the hub about it."""
        page = self.view.finding
        page.words.setFocus()
        page.words.selectAll()
        QTest.keyClicks(page.words, repo.partition("/")[2])
        QTest.keyClick(page.words, Qt.Key.Key_Return)
        self.wait(lambda: page._repo() == repo and not self.view.questions.busy)
        QTest.keyClick(page.list, Qt.Key.Key_Return)
        self.wait(lambda: not self.view.questions.busy)

    def fetch(self, repo: str) -> None:
        """Search for `repo` and download it."""
        self.look_at(repo)
        QTest.keyClick(self.view.finding.download, Qt.Key.Key_Space)

    def wait(self, fact: Callable[[], bool]) -> None:
        """Let the window live until `fact` is one."""
        end = time.monotonic() + _PATIENCE
        while not fact():
            if time.monotonic() > end:
                self.view.grab().save(str(self.folder / "stuck.png"))
                raise TimeoutError("the window did not come into the state to be shown")
            self.settle(0.05)

    def settle(self, seconds: float) -> None:
        """Let the window live for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)

    def keep(self, name: str, widget: QWidget | None = None) -> None:
        """Keep a picture of the models' window, or of `widget`, in both themes and as small as it gets."""
        shown = widget or self.view
        usual = shown.size()
        for theme in ("dark", "light"):
            self.window.parts.looks.choose(theme)
            self.settle(0.2)
            self.save(shown, f"{name}-{theme}")
        shown.resize(*_SMALL)
        self.settle(0.2)
        self.save(shown, f"{name}-small")
        shown.resize(usual)
        self.settle(0.2)

    def save(self, shown: QWidget, name: str) -> None:
        """Save a picture."""
        path = self.folder / f"{name}.png"
        shown.grab().save(str(path))
        print(path)


def hollow_model(folder: Path) -> None:
    """Write a model that is half as large again as the memory that is free, in float32; its weights are a hole."""
    from engine.fit import free_memory
    from tests.engine.tiny_models import tiny_causal

    config = json.loads((tiny_causal(folder, "llama") / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "hidden_size": 4096, "num_hidden_layers": 32}))
    size = free_memory() * 3 // 4
    head = json.dumps({"all": {"dtype": "BF16", "shape": [size // 2], "data_offsets": [0, size // 2 * 2]}}).encode()
    head += b" " * (-len(head) % 8)
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        file.truncate(8 + len(head) + size // 2 * 2)


if __name__ == "__main__":
    main()
