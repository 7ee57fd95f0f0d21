import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

HEBREW = "\u05e4\u05e2\u05dd \u05d4\u05d9\u05d4 \u05de\u05dc\u05da."


@pytest.fixture
def two_ways(editor):
    editor.set_text(f"Once there was a king.\n{HEBREW}\n")
    return editor


def test_a_paragraph_begins_at_the_side_of_its_script(two_ways):
    text, width = two_ways.text(), two_ways.viewport().width()
    assert two_ways.rect_of(0).x() < width / 4
    assert two_ways.rect_of(text.index(HEBREW)).x() > 3 * width / 4


def test_a_click_finds_the_letter_that_is_seen(two_ways):
    start = two_ways.text().index(HEBREW)
    for position in (2, start + 1, start + 5, start + len(HEBREW)):
        assert two_ways.cursorForPosition(two_ways.rect_of(position).center()).position() == position


def test_it_follows_what_is_typed_and_the_width(two_ways):
    two_ways.put_caret(0, 0)
    key = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "\u05d0\u05d1")
    QApplication.sendEvent(two_ways, key)
    assert two_ways.rect_of(0).x() > 3 * two_ways.viewport().width() / 4
    two_ways.resize(900, 400)
    assert two_ways.rect_of(0).x() > 3 * two_ways.viewport().width() / 4
