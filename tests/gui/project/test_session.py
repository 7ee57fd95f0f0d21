"""The session's words: what counts as written, and what is said of it."""

import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.project.goal import GoalDialog
from tests.gui.answering import in_next
from tests.gui.driving import current


@pytest.fixture
def counted(qtbot):
    """Wait until the window says that so many words were written."""

    def wait(window, words):
        qtbot.waitUntil(lambda: window.room.session.words == words)

    return wait


def test_words_typed_in_all_documents_add_up(project_window, counted):
    window = project_window(goal=10)
    window.room.walking.open("Prologue.md")
    QTest.keyClicks(current(window).editor, "Once there was ")
    counted(window, 3)
    window.room.walking.open("Part one/Chapter 1.md")
    QTest.keyClicks(current(window).editor, "More words ")
    counted(window, 5)
    assert window.room.gauge.text == "5 of 10 written"
    window.parts.files.close(window.parts.workspace.current)
    assert window.room.session.words == 5


def test_taking_words_out_counts_back_but_never_below_nothing(project_window, counted):
    window = project_window()
    window.room.walking.open("Prologue.md")
    QTest.keyClicks(current(window).editor, "One two ")
    counted(window, 2)
    current(window).editor.selectAll()
    QTest.keyClick(current(window).editor, Qt.Key.Key_Delete)
    counted(window, 0)


def test_a_text_that_is_only_opened_is_not_written(open_window, counted, qtbot, tmp_path):
    path = tmp_path / "a.md"
    path.write_text("many words " * 100)
    window = open_window()
    window.parts.files.open(path)
    qtbot.waitUntil(lambda: window.parts.status.text_of("words") == "200 words")
    counted(window, 0)
    assert not window.room.gauge.isVisible()


def test_a_models_text_counts_once_it_is_accepted(open_window, counted, qtbot):
    window = open_window("Mine. ")
    text = current(window).editor
    qtbot.waitUntil(lambda: window.parts.status.text_of("words") == "1 word")
    QTest.keyClick(text, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    window.parts.writing.on_text(0, "four words by it")
    qtbot.waitUntil(lambda: window.parts.status.text_of("words") == "5 words")
    counted(window, 0)
    window.parts.jobs.stop()
    window.parts.workspace.current.model_text.accept_all()
    QTest.keyClicks(text, " x")
    counted(window, 5)


def test_what_another_program_writes_is_not_the_writers(open_window, counted, qtbot, tmp_path):
    path = tmp_path / "a.md"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    qtbot.waitUntil(lambda: window.parts.status.text_of("words") == "1 word")
    path.write_text("one and five more from elsewhere")
    os.utime(path, (1, 1))
    window.keeping.look_at_files()
    qtbot.waitUntil(lambda: window.parts.status.text_of("words") == "6 words")
    counted(window, 0)
    QTest.keyClicks(current(window).editor, "mine ")
    counted(window, 1)


def test_the_goal_is_set_by_keys_and_counting_can_start_over(open_window, counted):
    window = open_window()
    QTest.keyClicks(current(window).editor, "Two words ")
    counted(window, 2)

    def set_goal(dialog):
        QTest.keyClicks(dialog.focusWidget(), "250")
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    in_next(GoalDialog, set_goal)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(current(window).editor, Qt.Key.Key_G, modifiers)
    assert window.parts.settings.goal == 250
    assert window.room.gauge.text == "2 of 250 written"
    in_next(GoalDialog, lambda dialog: dialog.over.click())
    window.parts.commands["goal"].trigger()
    assert window.room.gauge.text == "0 of 250 written"
