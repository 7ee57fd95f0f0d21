"""Word alignment in the window: the pointer lights words; links come when a test says so."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.events import Alignment, Failed, TextChunk
from engine.modes import Mode
from tests.gui.scripted_engine import ScriptedClient

CTRL = Qt.KeyboardModifier.ControlModifier
SOURCE, RESULT = "# Brief\n\nDer alte 😀 Mann kam.", "# Letter\n\nThe old 😀 man came."
# "alte" and "old"; "Mann" and "man", in code points of the third line
LINKS = Alignment([(4, 8, 4, 7, 0.9), (11, 15, 10, 13, 0.8), (16, 19, 14, 18, 0.9)])


@pytest.fixture
def desk(open_window):
    """A window with a translation in it."""
    window = open_window(SOURCE, client=ScriptedClient(), mode="translate", target_language="en", complete=False)
    window.editor = window.parts.workspace.current.editor
    window.result = window.parts.result.editor
    QTest.keyClick(window.editor, Qt.Key.Key_Return, CTRL)
    window.parts.client.finish(TextChunk(RESULT))
    assert window.result.text() == RESULT
    return window


def point(editor, position):
    place = QPointF(editor.rect_of(position).center())
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    where = editor.viewport().mapToGlobal(place)
    move = QMouseEvent(QEvent.Type.MouseMove, place, where, buttons, buttons, keys)
    QApplication.sendEvent(editor.viewport(), move)


def units(text, word):
    return len(text[: text.index(word)].encode("utf-16-le")) // 2


def lit(desk):
    return tuple(
        [mark.cursor.selectedText() for mark in editor.extraSelections()] for editor in (desk.editor, desk.result)
    )


def hover(desk, qtbot, editor, text, word):
    point(editor, units(text, word) + 1)
    qtbot.waitUntil(lambda: bool(desk.parts.client.requests))
    request = desk.parts.client.requests[0]
    assert (request.mode, request.text, request.other) == (
        Mode.ALIGN,
        "Der alte 😀 Mann kam.",
        "The old 😀 man came.",
    )
    desk.parts.client.finish(LINKS)


def test_a_word_of_the_result_lights_its_source(desk, qtbot):
    hover(desk, qtbot, desk.result, RESULT, "man")
    assert lit(desk) == (["Mann"], ["man"])
    assert desk.editor.text() == SOURCE
    assert not desk.parts.workspace.current.modified


def test_a_word_of_the_source_lights_its_translation(desk, qtbot):
    hover(desk, qtbot, desk.editor, SOURCE, "alte")
    assert lit(desk) == (["alte"], ["old"])


def test_what_is_known_is_not_asked_again(desk, qtbot):
    hover(desk, qtbot, desk.result, RESULT, "man")
    point(desk.result, units(RESULT, "came") + 1)
    qtbot.waitUntil(lambda: lit(desk) == (["kam"], ["came"]))
    assert not desk.parts.client.requests


def test_leaving_puts_the_lights_out(desk, qtbot):
    hover(desk, qtbot, desk.result, RESULT, "man")
    QApplication.sendEvent(desk.result.viewport(), QEvent(QEvent.Type.Leave))
    assert lit(desk) == ([], [])


def test_edits_of_another_line_move_the_lights_along(desk, qtbot):
    desk.editor.put_caret(0, 0)
    QTest.keyClicks(desk.editor, "xyz")
    hover(desk, qtbot, desk.result, RESULT, "man")
    assert lit(desk) == (["Mann"], ["man"])


def test_a_line_edited_since_lights_nothing(desk, qtbot):
    place = units(SOURCE, "kam")
    desk.editor.put_caret(place, place)
    QTest.keyClicks(desk.editor, "an")
    point(desk.result, units(RESULT, "man") + 1)
    qtbot.wait(100)
    assert not desk.parts.client.requests


def test_a_model_that_cannot_is_not_complained_about(desk, qtbot):
    point(desk.result, units(RESULT, "man") + 1)
    qtbot.waitUntil(lambda: bool(desk.parts.client.requests))
    job = next(iter(desk.parts.client.open_jobs))
    del desk.parts.client.open_jobs[job]
    desk.parts.client._on_event(job, Failed("This model has no attention."))
    assert desk.parts.messages.sentence == ""
    point(desk.result, units(RESULT, "old") + 1)
    qtbot.wait(100)
    assert not desk.parts.client.requests
    assert lit(desk) == ([], [])
