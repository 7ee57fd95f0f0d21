import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.store.edits import Origin
from engine.store.exchange import Exchange
from tests.gui.driving import current
from tests.gui.journalled import after_a_close, after_a_kill

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def marked(window):
    """Return what counts as the model's, and check that just that is tinted."""
    opened = current(window)
    found = [opened.editor.text_between(*place) for place in opened.model_text.ranges]
    assert [mark.cursor.selectedText() for mark in opened.editor.extraSelections()] == found
    return found


@pytest.fixture
def story(open_window, tmp_path):
    """A saved text of three sentences, the second and third by a model."""
    path = tmp_path / "story.txt"
    path.write_text("It rained. ")
    window = open_window()
    window.parts.files.open(path)
    editor = current(window).editor
    editor.write(11, 11, "The king slept.", Origin.MODEL)
    editor.write(0, 0, "Nobody came. ", Origin.MODEL)
    assert marked(window) == ["Nobody came. ", "The king slept."]
    return window


def reopened(open_window, path):
    again = after_a_close(open_window)
    again.parts.files.open(path)
    return again


def test_marks_survive_saving_and_opening_again(story, open_window):
    path = current(story).path
    QTest.keyClick(current(story).editor, Qt.Key.Key_S, CONTROL)
    story.close()
    again = reopened(open_window, path)
    assert marked(again) == ["Nobody came. ", "The king slept."]
    current(again).editor.put_caret(30, 30)
    QTest.keyClicks(current(again).editor, "x")  # inside the second
    assert marked(again) == ["Nobody came. "]
    again.close()
    assert marked(reopened(open_window, path)) == ["Nobody came. "]


def test_marks_survive_forgetting_the_history_and_a_kill(story, open_window, monkeypatch):
    story.parts.journals.forget(current(story))
    assert marked(after_a_kill(story, monkeypatch, open_window)) == ["Nobody came. ", "The king slept."]


def test_marks_survive_a_kill_and_what_another_program_did(story, open_window, monkeypatch):
    path = current(story).path
    again = after_a_kill(story, monkeypatch, open_window)
    assert marked(again) == ["Nobody came. ", "The king slept."]
    assert again.parts.files.save(current(again))
    again.close()
    path.write_text("So: " + path.read_text())
    assert marked(reopened(open_window, path)) == ["Nobody came. ", "The king slept."]


def test_text_that_is_cut_and_pasted_stays_the_models(story):
    editor = current(story).editor
    editor.put_caret(24, 39)
    QTest.keyClick(editor, Qt.Key.Key_X, CONTROL)
    editor.put_caret(0, 0)
    QTest.keyClick(editor, Qt.Key.Key_V, CONTROL)
    assert editor.text() == "The king slept.Nobody came. It rained. "
    assert marked(story) == ["The king slept.Nobody came. "]
    editor.undo_step()
    editor.undo_step()
    assert marked(story) == ["Nobody came. ", "The king slept."]


def test_the_selection_is_accepted_or_else_everything(story, open_window):
    path, editor = current(story).path, current(story).editor
    editor.put_caret(0, 8)
    QTest.keyClick(editor, Qt.Key.Key_Return, CONTROL | SHIFT)
    assert marked(story) == ["ame. ", "The king slept."]
    assert story.parts.files.save(current(story))
    story.close()
    again = reopened(open_window, path)
    assert marked(again) == ["ame. ", "The king slept."]
    QTest.keyClick(current(again).editor, Qt.Key.Key_Return, CONTROL | SHIFT)
    assert marked(again) == []
    again.close()
    assert marked(reopened(open_window, path)) == []


def test_the_tint_can_be_switched_off_and_what_is_the_models_is_known_all_the_same(story):
    story.parts.commands["model_tint"].trigger()
    assert current(story).editor.extraSelections() == []
    assert len(current(story).model_text.ranges) == 2
    assert story.parts.settings.model_tint is False
    story.parts.commands["model_tint"].trigger()
    assert len(marked(story)) == 2


def test_an_answer_that_is_inserted_is_the_models(story):
    story.parts.conversing._threads[current(story)] = [Exchange("Who?", "The queen did.", "")]
    current(story).editor.put_caret(39, 39)
    story.parts.conversing.insert(0)
    assert marked(story) == ["Nobody came. ", "The king slept.The queen did."]


def test_ghost_text_that_is_taken_is_the_models(story):
    editor = current(story).editor
    editor.put_caret(24, 24)
    editor.ghost.show(["Anna came."])
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert marked(story) == ["Nobody came. ", "Anna came.The king slept."]
