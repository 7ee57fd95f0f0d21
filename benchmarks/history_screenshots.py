"""Make the pictures of variants, compared and mixed, of the timeline and of a project's notes, on the embedded models.

QT_QPA_PLATFORM=offscreen python -m benchmarks.history_screenshots [--only mix] [--folder DIR] [--size 1280x800]
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from benchmarks.feature_screenshots import project, wait
from benchmarks.pictures import empty_home, picture_options, save_picture
from benchmarks.screenshots import STORY, Studio
from gui.dialogs.mix import MixDialog
from gui.dialogs.timeline import TimelineDialog
from gui.dialogs.variants import VariantsDialog

KEYS = Qt.KeyboardModifier
CTRL, SHIFT, ALT = KEYS.ControlModifier, KEYS.ShiftModifier, KEYS.AltModifier
CHINESE = "# 灯塔\n\n从前有一个老国王，他独自住在海边的灯塔里。每天晚上他都爬上楼梯去点灯。\n\n一天夜里，"
NOTES = "The keeper never says his name.\n\nThe boat: green, one oar, comes only in fog.\n\nAsk Anna about the lamp."


def main() -> None:
    """Make all pictures, or those asked for."""
    options = picture_options(__doc__, "mix")
    with empty_home() as home:
        studio = Studio(home)
        studio.parts.settings.ghost_met = True
        studio.parts.settings.complete = False
        usual = tuple(map(int, options.size.split("x")))
        for picture in (variants, variants_small, variants_chinese, mix, mix_chinese, compare, timeline, notes):
            for theme in ("light", "dark"):
                if options.only in ("", picture.__name__):
                    studio.window.resize(*(760, 520) if picture is variants_small else usual)
                    make(studio, picture, theme, options.folder / f"{picture.__name__.replace('_', '-')}-{theme}.png")
        studio.close()


def make(studio: Studio, picture: Callable[[Studio], None], theme: str, path: Path) -> None:
    """Keep how the window looks after `picture`, or the dialog that shows what it did."""
    dialog = DIALOGS.get(picture)
    if dialog is None:
        studio.take(picture, theme, path)
    else:
        studio.parts.looks.choose(theme)
        picture(studio)
        take_dialog(studio, *dialog, path)


def variants(studio: Studio) -> None:
    """A continuation that goes on in two other ways from the middle of it."""
    written(studio, STORY, "The lighthouse.md", 4)
    branched(studio, 0.4)
    studio.parts.write.bring_end(studio.parts.write.cards)


def variants_small(studio: Studio) -> None:
    """The same in a small window."""
    variants(studio)
    if studio.parts.assistant.isHidden():
        studio.parts.commands["show_assistant"].trigger()
    studio.parts.write.bring_end(studio.parts.write.cards)


def variants_chinese(studio: Studio) -> None:
    """The same in Chinese."""
    written(studio, CHINESE, "灯塔.md", 3)
    branched(studio, 0.4)
    studio.parts.write.bring_end(studio.parts.write.cards)


def mix(studio: Studio) -> None:
    """A variant and its two branches, of which sentences are taken."""
    variants(studio)


def mix_chinese(studio: Studio) -> None:
    """Three variants in Chinese, of which sentences are taken."""
    written(studio, CHINESE, "灯塔.md", 3, count=3)


def compare(studio: Studio) -> None:
    """Two variants side by side."""
    variants(studio)


def timeline(studio: Studio) -> None:
    """A story that was written, continued, edited and saved."""
    written(studio, STORY, "The lighthouse.md", 4)
    editor = studio.parts.workspace.current.editor
    place = editor.document().find("an old king").selectionStart()
    editor.put_caret(place, place + len("an old king"))
    QTest.keyClicks(editor, "a keeper")
    studio.parts.commands["save"].trigger()
    place = editor.document().find(" out of the fog").selectionStart()
    editor.put_caret(place, place)
    QTest.keyClicks(editor, " without a sail")
    studio.parts.journals.settle()


def notes(studio: Studio) -> None:
    """A project's tree, a chapter, and the notes beside it."""
    project(studio)
    studio.parts.find_bar.close_bar()
    studio.parts.commands["go_to_project"].trigger()
    studio.parts.commands["show_notes"].trigger()
    studio.settle(0.3)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_A, CTRL)
    for line in NOTES.splitlines():
        QTest.keyClicks(QApplication.focusWidget(), line)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    studio.settle(0.5)


def written(studio: Studio, text: str, name: str, seed: int, count: int = 1) -> None:
    """Let the model go on from the end of `text`."""
    studio.open(text, name, 0)
    studio.parts.write.set_variants(count)
    studio.parts.write.controls.set_changed({"seed": seed, "max_new_tokens": 60})
    studio.generate()


def branched(studio: Studio, share: float) -> None:
    """Regenerate twice from behind the word that ends after that share of the variant."""
    found = studio.parts.writing.variants
    assert found is not None
    start, end = found.place
    text = found.editor.text_between(start, end)
    at = text.find(" ", int(share * len(text)))
    place = start + (at if at >= 0 else int(share * len(text)))
    found.editor.put_caret(place, place)
    studio.press(Qt.Key.Key_Return, ALT | SHIFT)
    wait(studio)
    studio.press(Qt.Key.Key_R, CTRL)
    wait(studio)


def take_dialog(studio: Studio, kind: type[QDialog], name: str, act: Callable[[QDialog], None], path: Path) -> None:
    """Give the command `name`, do `act` in the dialog that it opens, and keep how that looks."""

    def look() -> None:
        dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible())
        try:
            act(dialog)
            settle_in(0.3)
            save_picture(dialog.grab(), path)
            print(path)
        finally:
            dialog.close()

    QTimer.singleShot(100, look)
    studio.parts.commands[name].trigger()
    studio.window.activateWindow()
    studio.settle(0.2)


def settle_in(seconds: float) -> None:
    """Let a dialog do what it has to for a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents()


def take_sentences(dialog: QDialog) -> None:
    """Take the first sentence of the first variant and one of each other."""
    assert isinstance(dialog, MixDialog)
    dialog.activateWindow()
    settle_in(0.2)
    for number, row in ((0, 0), (1, 2), (2, 4)):
        shown = dialog.columns.lists[number]
        dialog.columns.go(number)
        shown.setCurrentRow(min(row, shown.count() - 1))
        QTest.keyClick(shown, Qt.Key.Key_Space)


def go_back(dialog: QDialog) -> None:
    """Go to the text as it was before the last edits."""
    assert isinstance(dialog, TimelineDialog)
    dialog.go(dialog.slider.maximum() - 24)


def look_only(_dialog: QDialog) -> None:
    """Leave it as it opens."""


DIALOGS: dict[Callable[[Studio], None], tuple[type[QDialog], str, Callable[[QDialog], None]]] = {
    mix: (MixDialog, "mix", take_sentences),
    mix_chinese: (MixDialog, "mix", take_sentences),
    compare: (VariantsDialog, "all_variants", look_only),
    timeline: (TimelineDialog, "timeline", go_back),
}


if __name__ == "__main__":
    main()
