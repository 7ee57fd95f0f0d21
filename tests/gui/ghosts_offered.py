"""What tests do where ghost text is offered."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import Progress, TextChunk
from engine.modes import Mode

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
SET = Progress(1, 2, "sets")


def press(desk, key, modifiers=NONE):
    QTest.keyClick(desk.editor, key, modifiers)


def pause(desk, qtbot):
    """Type a letter and wait until candidates are asked for."""
    QTest.keyClicks(desk.editor, "d")
    qtbot.waitUntil(lambda: bool(desk.engine.open_jobs))
    desk.engine.load()
    assert [request.mode for request in desk.engine.requests] == [Mode.COMPLETE]


def offer(desk, qtbot, *texts):
    pause(desk, qtbot)
    desk.engine.finish(*(TextChunk(text, number) for number, text in enumerate(texts)))
    assert desk.editor.ghost.text == texts[0]
