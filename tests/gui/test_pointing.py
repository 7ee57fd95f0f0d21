"""A passage that is shown without being selected."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import KeySentence
from tests.gui.driving import press

CTRL = Qt.KeyboardModifier.ControlModifier


def test_what_is_typed_at_a_key_sentence_replaces_nothing_and_the_highlight_goes(open_window):
    window = open_window("First here. Second there.")
    editor = window.parts.workspace.current.editor
    window.parts.tabs.setCurrentIndex(2)
    press(window, Qt.Key.Key_Return, CTRL)
    window.parts.results.on_event(KeySentence("Second there.", 12, 25, 1.0))
    window.parts.jobs.stop()
    for _ in range(2):
        QTest.mouseClick(window.parts.result.sentences.cards[0], Qt.MouseButton.LeftButton)
    QTest.keyClicks(editor, "x")
    assert editor.text() == "First here. xSecond there."
    assert not any(mark.cursor.hasSelection() for mark in editor.extraSelections())
