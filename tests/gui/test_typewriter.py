"""Typewriter scrolling: where the caret's line stands in the view after keys, clicks and streamed text."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui.settings import load_settings

LINES = "\n".join(f"Line {number}" for number in range(200))
SHIFT = Qt.KeyboardModifier.ShiftModifier


def distance(editor):
    """Return how many lines the caret stands from the middle of the view."""
    caret = editor.cursorRect()
    return abs(caret.center().y() - editor.viewport().height() / 2) / caret.height()


def show_line_100(window):
    """Return the editor with the caret at the top of its view, far into the text."""
    editor = window.parts.workspace.current.editor
    place = editor.document().findBlockByNumber(100).position()
    editor.put_caret(place, place)
    editor.scroll_to_top(place)
    return editor


def test_keys_keep_the_line_at_the_middle_to_the_end_of_the_text(open_window):
    editor = show_line_100(open_window(LINES, typewriter=True))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_X):
        QTest.keyClick(editor, key)
        assert distance(editor) < 1.5
    QTest.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert distance(editor) < 1.5


def test_without_it_the_view_stays_and_the_key_turns_it_on_and_off(open_window, tmp_path):
    window = open_window(LINES)
    editor, action = show_line_100(window), window.parts.commands["typewriter"]
    QTest.keyClick(editor, Qt.Key.Key_Down)
    assert distance(editor) > 3
    QTest.keyClick(editor, Qt.Key.Key_F8, SHIFT)
    assert action.isChecked()
    assert distance(editor) < 1.5
    QTest.keyClick(editor, Qt.Key.Key_F8, SHIFT)
    assert not action.isChecked()
    show_line_100(window)
    QTest.keyClick(editor, Qt.Key.Key_Down)
    assert distance(editor) > 3
    action.trigger()
    window.close()
    assert load_settings(tmp_path / "settings.json")[0].typewriter


def test_a_click_leaves_what_was_clicked_under_the_pointer(open_window):
    editor = show_line_100(open_window(LINES, typewriter=True))
    top = editor.verticalScrollBar().value()
    QTest.mouseClick(editor.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, editor.viewport().height() - 60))
    assert editor.verticalScrollBar().value() == top
    QTest.keyClicks(editor, "x")
    assert distance(editor) < 1.5


def test_text_that_streams_elsewhere_does_not_move_the_view(open_window):
    window = open_window(LINES, typewriter=True)
    editor = window.parts.workspace.current.editor
    QTest.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    show_line_100(window)
    top = editor.verticalScrollBar().value()
    window.parts.writing.on_text(0, " and more\n" * 3)
    assert editor.verticalScrollBar().value() == top
