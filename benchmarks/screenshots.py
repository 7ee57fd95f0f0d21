"""Make the pictures in docs/images: drive the real window by its keys, on the embedded models.

    QT_QPA_PLATFORM=offscreen python -m benchmarks.screenshots [--only write-light] [--folder docs/images]

Nothing in them is drawn by hand: what the models write here, they write for everyone with the same seed.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.pictures import save_picture

STORY = """# The lighthouse

Once upon a time there was an old king who lived alone in a lighthouse by the sea. Every evening he climbed the stairs \
to light the lamp, and every morning he put it out again.

One night a small boat came out of the fog.\
"""
LETTER = """# A letter home

Hello Tom,

The weather is nice today. I arrived on Monday, and I like the little town very much. There is a market in front of \
the old church, and the people are friendly.

Where is the station? I asked a man this morning. He laughed and came with me. We drank a cup of coffee together.

I will come home in two weeks. Please do not forget to water the flowers!
"""
ARTICLE = """# Why lighthouses went dark

For two centuries the lighthouse was the most important building on any dangerous coast. A keeper lived in it with his \
family, trimmed the wicks, wound the clockwork that turned the lens, and wrote down every ship that passed.

The lens was the true invention. Augustin Fresnel saw that a lens need not be thick: rings of glass prisms, each at \
its own angle, bend the light of one small flame into a single beam that can be seen for thirty kilometres. His first \
lens was lit in 1823, and within fifty years nearly every coast of Europe had one.

Electric lamps made the keepers' work lighter, and automatic switches made it unnecessary. By the end of the twentieth \
century most towers stood empty. Satellite navigation then did to the lights what electricity had done to the keepers: \
a ship that knows its own position to within a few metres no longer needs a beam to warn it of the rocks.

And yet sailors still ask for the lights to stay. Electronics fail, usually in the worst weather, and a light on \
the shore is the one warning that cannot be switched off by a fault on board. Many towers have therefore been kept, \
some by the state and some by villages that rent out the keepers' rooms in summer.

What remains of the craft is small: a few people who still know how to clean a Fresnel lens without scratching it, and \
who are called whenever an old lamp is to shine again.
"""


def main() -> None:
    """Make all pictures, or the one asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path, default=Path("docs/images"))
    parser.add_argument("--only", default="", help="for example write-light")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):  # the pictures show nobody's own settings
            os.environ[name] = home
        studio = Studio(Path(home))
        for theme in ("light", "dark"):
            for picture in (write, translate, summarise):
                name = f"{picture.__name__}-{theme}"
                if options.only in ("", name):
                    studio.take(picture, theme, options.folder / f"{name}.png")
        studio.close()


class Studio:
    """A window with a running engine, used for one picture after the other."""

    def __init__(self, home: Path) -> None:
        from gui.app import make_application
        from gui.engine_client import EngineClient
        from gui.main_window import MainWindow
        from gui.settings import Settings

        self._folder = home / "Texts"
        self._opened = 0
        self.application: QApplication = make_application(["penwright"])
        self.window = MainWindow(self.application, Settings(), home / "settings.json", EngineClient())
        self.parts = self.window.parts
        self.window.resize(1280, 800)
        self.window.show()
        QTest.qWaitForWindowActive(self.window, 5000)
        self.window.start_engine()
        while not self.parts.status.text_of("model"):
            self.settle(0.05)

    def take(self, picture: Callable[[Studio], None], theme: str, path: Path) -> None:
        """Do what `picture` does in the window, and keep how it looks then."""
        self.parts.looks.choose(theme)
        self.parts.messages.hide()
        self.parts.result.hide()
        picture(self)
        self.settle(0.5)
        if self.parts.messages.property("warning") and self.parts.messages.sentence:
            raise RuntimeError(self.parts.messages.sentence)
        self.parts.messages.hide()
        self.settle(0.2)
        save_picture(self.window.grab(), path)
        print(path)

    def open(self, text: str, name: str, mode: int) -> None:
        """Show a text in a mode, the caret at its end."""
        self.parts.workspace.current.editor.document().setModified(False)
        self.parts.workspace.remove(self.parts.workspace.current)
        self._opened += 1  # what was left unsaved of the last picture's text would come back in this one
        path = self._folder / str(self._opened) / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8", newline="")
        self.parts.files.open(path)
        self.parts.tabs.setCurrentIndex(mode)
        end = self.parts.workspace.current.editor.document().characterCount() - 1
        self.parts.workspace.current.editor.put_caret(end, end)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        """Press a key in the text."""
        self.window.activateWindow()
        QTest.keyClick(self.parts.workspace.current.editor, key, modifiers)

    def generate(self) -> None:
        """Press Ctrl+Enter and wait for the end."""
        self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        while self.parts.jobs.running:
            self.settle(0.02)

    def settle(self, seconds: float) -> None:
        """Let the window do what it has to for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.application.processEvents()
            time.sleep(0.005)

    def close(self) -> None:
        """End window and engine."""
        self.parts.workspace.current.editor.document().setModified(False)
        self.window.close()


def write(studio: Studio) -> None:
    """Three continuations of a story, the first in the text."""
    studio.open(STORY, "The lighthouse.md", 0)
    studio.parts.write.set_variants(3)
    studio.parts.write.controls.set_changed({"seed": 4, "max_new_tokens": 60})
    studio.generate()


def translate(studio: Studio) -> None:
    """A letter beside its translation."""
    studio.open(LETTER, "A letter home.md", 1)
    studio.generate()


def summarise(studio: Studio) -> None:
    """The key sentences of an article, one of them shown in its place."""
    studio.open(ARTICLE, "Lighthouses.md", 2)
    studio.generate()
    QTest.mouseClick(studio.parts.result.sentences.cards[2], Qt.MouseButton.LeftButton)


if __name__ == "__main__":
    main()
