"""Make the pictures of ghost text, surprise map, wordings, alignment, ranking and scorecard, on the embedded models.

QT_QPA_PLATFORM=offscreen python -m benchmarks.feature_screenshots [--only ghost] [--folder DIR] [--size 1280x800]
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolTip

from benchmarks.pictures import empty_home, picture_options
from benchmarks.screenshots import ARTICLE, LETTER, STORY, Studio

KEYS = Qt.KeyboardModifier
CTRL, SHIFT, ALT = KEYS.ControlModifier, KEYS.ShiftModifier, KEYS.AltModifier
STRANGE = """
The keeper of the light ate his breakfast, read the newspaper and went to sleep. He was an old man and he was very \
tired. Marmalade clocks voted for a purple thunder under the parliament of spoons. In the evening he got up again and \
looked at the sea. It was a cold night and there was no moon.
"""
CHAPTERS = {
    "Part one": ("The lighthouse", "The boat", "A guest"),
    "Part two": ("Winter", "冬天的信", "The lamp goes out"),
}
REFERENCE = ARTICLE.replace("most important", "weightiest").replace("empty", "deserted").replace("lamp", "lantern")


def main() -> None:
    """Make all pictures, or those asked for."""
    options = picture_options(__doc__, "ghost")
    with empty_home() as home:
        studio = Studio(home)
        studio.window.resize(*map(int, options.size.split("x")))
        studio.parts.settings.ghost_met = True
        for picture in (ghost, surprise, vary, blend, align, rank, scorecard, project):
            for theme in ("light", "dark"):
                if options.only in ("", picture.__name__):
                    studio.take(picture, theme, options.folder / f"{picture.__name__}-{theme}.png")
                    studio.parts.assistant.close_tool()
        studio.close()


def ghost(studio: Studio) -> None:
    """What may come next, behind the caret."""
    studio.open(STORY, "The lighthouse.md", 0)
    editor = studio.parts.workspace.current.editor
    QTest.keyClicks(editor, " The old king")
    while studio.parts.background.busy or not editor.ghost.visible:
        studio.settle(0.05)
    while " who" not in editor.ghost.text and editor.ghost.place[0] < editor.ghost.place[1]:
        studio.press(Qt.Key.Key_Down, ALT)


def surprise(studio: Studio) -> None:
    """A text with a strange sentence in it, as the model sees it."""
    studio.open(STORY + "\n" + STRANGE, "The lighthouse.md", 0)
    studio.press(Qt.Key.Key_M, CTRL | SHIFT)
    wait(studio)


def vary(studio: Studio) -> None:
    """New wordings of a sentence."""
    studio.open(STORY, "The lighthouse.md", 0)
    studio.press(Qt.Key.Key_R, CTRL | SHIFT)
    wait(studio)
    QTest.mouseClick(studio.parts.tools.wordings.cards.cards[1], Qt.MouseButton.LeftButton)


def blend(studio: Studio) -> None:
    """The steps between the last two sentences before the caret."""
    studio.open("The weather is nice today. We went to the beach with our friends.", "A day out.md", 0)
    studio.press(Qt.Key.Key_B, CTRL | SHIFT)
    wait(studio)
    QTest.mouseClick(studio.parts.tools.wordings.cards.cards[1], Qt.MouseButton.LeftButton)


def align(studio: Studio) -> None:
    """A letter beside its translation, the pointer on a word of it."""
    studio.open(LETTER, "A letter home.md", 1)
    studio.generate()
    editor = studio.parts.result.editor
    cursor = editor.document().find("Leute")
    cursor = editor.document().find("Menschen") if cursor.isNull() else cursor
    cursor.setPosition(cursor.selectionStart() + 2)
    QTest.mouseMove(editor.viewport(), editor.cursorRect(cursor).center())
    studio.settle(0.5)
    while studio.parts.background.busy:
        studio.settle(0.05)
    studio.settle(0.5)


def rank(studio: Studio) -> None:
    """Variants in their order, with the reason for one."""
    studio.open(STORY, "The lighthouse.md", 0)
    studio.parts.write.set_variants(3)
    studio.parts.write.controls.set_changed({"seed": 4, "max_new_tokens": 40})
    studio.generate()
    studio.settle(0.5)
    while studio.parts.background.busy:
        studio.settle(0.05)
    mark = next(mark for mark in studio.parts.write.findChildren(QLabel) if mark.toolTip() and "natural" in mark.text())
    QToolTip.showText(mark.mapToGlobal(mark.rect().bottomLeft()), mark.toolTip(), mark)


def scorecard(studio: Studio) -> None:
    """An article against an older version of itself."""
    studio.open(ARTICLE, "Lighthouses.md", 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "An older version.md"
        path.write_text(REFERENCE, encoding="utf-8")
        studio.parts.commands["scorecard"].trigger()
        studio.parts.scorecard.score_against(path)
        wait(studio)


def project(studio: Studio) -> None:
    """A project: its tree, the outline of a chapter, and a search."""
    folder = Path(os.environ["XDG_DATA_HOME"]) / "The lighthouse"
    for part, titles in CHAPTERS.items():
        (folder / part).mkdir(parents=True, exist_ok=True)
        for number, title in enumerate(titles, start=1):
            text = f"# {title}\n\n## Evening\n\nThe lamp was lit.\n\n## Morning\n\n{STORY.splitlines()[2]}\n"
            (folder / part / f"{number:02} {title}.md").write_text(text, encoding="utf-8")
    studio.window.room.open(folder)
    studio.settle(0.5)
    studio.parts.files.open(folder / "Part one" / "02 The boat.md")
    studio.parts.commands["search_project"].trigger()
    studio.settle(0.2)
    QTest.keyClicks(studio.application.focusWidget(), "lamp")
    studio.settle(1.0)


def wait(studio: Studio) -> None:
    """Wait for the end of the job."""
    while studio.parts.jobs.running:
        studio.settle(0.02)
    studio.settle(0.3)


if __name__ == "__main__":
    main()
