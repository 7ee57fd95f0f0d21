"""Text that is copied, cut, pasted and dropped in windows comes with who wrote it."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from engine.store.edits import Origin
from engine.store.runs import Author, Run
from engine.text.documents import Document
from gui.app import hand_over_clipboard
from gui.clipboard import CopiedText, Pasted, pasted
from tests.gui.driving import current
from tests.gui.journalled import after_a_close, after_a_kill

CONTROL = Qt.KeyboardModifier.ControlModifier
H, M, A, E = Author.HUMAN, Author.MODEL, Author.ACCEPTED, Author.EDITED


def runs(window):
    return [(run.length, run.author) for run in current(window).model_text.runs]


def press(window, key):
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    QTest.keyClick(current(window).editor, key, CONTROL)


def copy(window, start, end, key=Qt.Key.Key_C):
    """Select and copy or cut by keys."""
    current(window).editor.put_caret(start, end)
    press(window, key)


def copy_all(pane):
    """Press the result's Copy."""
    next(each for each in pane.findChildren(QAbstractButton) if each.text() == "Copy").click()


@pytest.fixture
def story(open_window):
    """A text with two sentences by a model, of which the writer accepted the second, among the writer's own."""
    window = open_window()
    editor = current(window).editor
    QTest.keyClicks(editor, "Once. End.")
    editor.write(6, 6, "The king slept. He woke. ", Origin.MODEL)
    current(window).model_text.accept(22, 31)
    assert runs(window) == [(6, H), (16, M), (9, A), (4, H)]
    return window


@pytest.fixture
def other(story):
    """The same window, with another text of the writer's in view."""
    copy(story, 0, 35)
    story.parts.workspace.add(Document("Elsewhere."), None)
    assert current(story).editor.text() == "Elsewhere."
    current(story).editor.put_caret(10, 10)
    return story


def test_text_that_is_pasted_into_another_document_comes_with_its_authors(other):
    press(other, Qt.Key.Key_V)
    assert current(other).editor.text() == "Elsewhere.Once. The king slept. He woke. End."
    assert runs(other) == [(16, H), (16, M), (9, A), (4, H)]
    assert current(other).model_text.shares() == {H: 20, M: 16, A: 9, E: 0}
    assert current(other).editor.extraSelections()[0].cursor.selectedText() == "The king slept. "


def test_undo_and_redo_of_pasting(other):
    press(other, Qt.Key.Key_V)
    there = runs(other)
    press(other, Qt.Key.Key_Z)
    assert (current(other).editor.text(), runs(other)) == ("Elsewhere.", [(10, H)])
    current(other).editor.redo_step()
    assert runs(other) == there


def test_what_was_pasted_is_whose_it_was_after_a_kill(other, open_window, monkeypatch):
    press(other, Qt.Key.Key_V)
    there = runs(other)
    QApplication.processEvents()  # the authors follow the edit at once, but not in the same call
    again = after_a_kill(other, monkeypatch, open_window)
    found = [[(run.length, run.author) for run in each.model_text.runs] for each in again.parts.workspace.documents]
    assert there in found


def test_text_goes_to_another_window_and_a_few_letters_do_too(story, open_window):
    copy(story, 10, 14)
    there = open_window("Elsewhere.")
    current(there).editor.put_caret(0, 0)
    press(there, Qt.Key.Key_V)
    assert current(there).editor.text() == "kingElsewhere."
    assert runs(there) == [(4, M), (10, H)]


def test_what_was_cut_and_what_replaces_a_selection(story):
    copy(story, 6, 22, Qt.Key.Key_X)
    story.parts.workspace.add(Document("Then nothing."), None)
    current(story).editor.put_caret(5, 12)
    press(story, Qt.Key.Key_V)
    assert current(story).editor.text() == "Then The king slept. ."
    assert runs(story) == [(5, H), (16, M), (1, H)]


def test_a_result_that_is_copied_or_selected_is_the_models(story):
    pane = story.parts.result
    pane.show_text("German")
    pane.editor.set_text("Es 😀 war einmal.")
    current(story).editor.put_caret(0, 0)
    copy_all(pane)
    press(story, Qt.Key.Key_V)
    assert runs(story) == [(17, M), (6, H), (16, M), (9, A), (4, H)]
    pane.editor.setFocus()
    pane.editor.put_caret(0, 5)
    QTest.keyClick(pane.editor, Qt.Key.Key_C, CONTROL)
    current(story).editor.setFocus()
    current(story).editor.put_caret(52, 52)
    press(story, Qt.Key.Key_V)
    assert runs(story) == [(17, M), (6, H), (16, M), (9, A), (4, H), (5, M)]


def test_key_sentences_that_are_copied_are_not_said_to_be_the_models(story):
    pane = story.parts.result
    pane.show_sentences("Key sentences")
    pane.sentences.insert(0, "Once.")
    copy_all(pane)
    assert pasted(QGuiApplication.clipboard().mimeData()) == Pasted("Once.", ())


def test_what_comes_from_elsewhere_is_the_writers(story):
    QGuiApplication.clipboard().setText("Pasted from a letter.")
    current(story).editor.put_caret(35, 35)
    press(story, Qt.Key.Key_V)
    assert runs(story) == [(6, H), (16, M), (9, A), (25, H)]


def test_the_writers_own_words_stay_the_writers_where_a_model_wrote_the_same(story, open_window):
    there = open_window("The king slept. ")
    copy(there, 0, 16)
    current(story).editor.put_caret(35, 35)
    press(story, Qt.Key.Key_V)
    assert runs(story) == [(6, H), (16, M), (9, A), (20, H)]


def test_the_clipboard_keeps_authors_when_the_window_is_gone(story):
    copy(story, 6, 22)
    hand_over_clipboard()
    assert not isinstance(QGuiApplication.clipboard().mimeData(), CopiedText)
    found = pasted(QGuiApplication.clipboard().mimeData())
    assert (found.raw, found.runs) == ("The king slept. ", (Run(16, M),))


def test_text_that_is_dropped_comes_with_its_authors(story, open_window):
    current(story).editor.put_caret(6, 31)
    data = current(story).editor.createMimeDataFromSelection()
    there = open_window("Elsewhere.")
    viewport, action = current(there).editor.viewport(), Qt.DropAction.CopyAction
    place = current(there).editor.rect_of(0).center()
    none, button = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    QApplication.sendEvent(viewport, QDragEnterEvent(place, action, data, button, none))
    QApplication.sendEvent(viewport, QDropEvent(QPointF(place), action, data, button, none))
    assert current(there).editor.text() == "The king slept. He woke. Elsewhere."
    assert runs(there) == [(16, M), (9, A), (10, H)]


def test_a_drag_within_the_text_moves_the_mark(story, open_window, monkeypatch):
    editor = current(story).editor
    editor.put_caret(6, 22)
    data = editor.createMimeDataFromSelection()
    # As QPlainTextEdit does it at a drop; without a screen there is none (test_xvfb.py has a real one).
    target = editor.textCursor()
    target.setPosition(0)
    target.beginEditBlock()
    editor.textCursor().removeSelectedText()
    editor.setTextCursor(target)
    editor.insertFromMimeData(data)
    target.endEditBlock()
    assert editor.text() == "The king slept. Once. He woke. End."
    moved = [(16, M), (6, H), (9, A), (4, H)]
    assert runs(story) == moved
    press(story, Qt.Key.Key_Z)
    assert runs(story) == [(6, H), (16, M), (9, A), (4, H)]
    editor.redo_step()
    assert runs(story) == moved
    again = after_a_kill(story, monkeypatch, open_window)
    assert runs(again) == moved


def test_redo_after_a_restart_brings_back_whose_it_was(story, open_window):
    there = runs(story)
    current(story).editor.undo_step()
    assert runs(story) == [(10, H)]
    story.close()
    again = after_a_close(open_window)
    current(again).editor.redo_step()
    assert runs(again) == there
