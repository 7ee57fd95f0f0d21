from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.gui.driving import press

CTRL = Qt.KeyboardModifier.ControlModifier


def test_editing_goes_to_the_field_that_has_the_focus(open_window, qapp):
    window = open_window("It rained.")
    window.parts.commands["find"].trigger()
    field = window.parts.find_bar.findChild(QLineEdit)
    assert field.hasFocus()
    field.setText("Ada is a sailor.")
    for name in ("select_all", "cut"):
        window.parts.commands[name].trigger()
    assert field.text() == ""
    assert qapp.clipboard().text() == "Ada is a sailor."
    editor = window.parts.workspace.current.editor
    editor.setFocus()
    for name in ("select_all", "paste"):
        window.parts.commands[name].trigger()
    assert editor.text() == "Ada is a sailor."
    window.parts.commands["undo"].trigger()
    assert editor.text() == "It rained."
    window.parts.commands["redo"].trigger()
    assert editor.text() == "Ada is a sailor."


def test_undo_while_text_streams_stops_it_and_takes_all_of_it_back(open_window):
    window = open_window("It rained.")
    editor = window.parts.workspace.current.editor
    editor.put_caret(10, 10)
    press(window, Qt.Key.Key_Return, CTRL)
    window.parts.writing.on_text(0, " All")
    press(window, Qt.Key.Key_Home)
    QTest.keyClicks(editor, "X")
    window.parts.writing.on_text(0, " day")
    assert editor.text() == "XIt rained. All day"
    press(window, Qt.Key.Key_Z, CTRL)
    assert not window.parts.jobs.running
    assert editor.text() == "XIt rained."
