import os

import pytest

from gui.dialogs.compare import Choice, CompareDialog
from tests.gui.answering import in_next
from tests.gui.driving import come_back, current, type_in
from tests.gui.journalled import after_a_close, texts


def test_a_closed_document_can_be_opened_again_with_what_was_not_saved(open_window):
    window = open_window()
    type_in(window, "kept")
    window.parts.files.close(current(window))
    assert texts(window) == [("Untitled", "")]
    assert "They are kept" in window.parts.messages.sentence
    window.parts.messages._button.click()
    assert texts(window) == [("Untitled", "kept")]


def test_a_closed_document_does_not_come_back_unasked(open_window):
    window = open_window()
    type_in(window, "kept")
    window.parts.files.close(current(window))
    window.close()
    assert texts(after_a_close(open_window)) == [("Untitled", "")]


def test_a_file_changed_elsewhere_is_shown_as_it_is_when_nothing_was_changed_here(open_window, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("The king slept.")
    window = open_window()
    window.parts.files.open(path)
    path.write_text("The old king slept.")
    come_back(window)
    assert (current(window).editor.text(), current(window).modified) == ("The old king slept.", False)
    assert "changed by another program" in window.parts.messages.sentence
    current(window).editor.undo_step()
    assert (current(window).editor.text(), current(window).modified) == ("The king slept.", True)
    window.parts.files.save(current(window))
    assert path.read_text() == "The king slept."


def test_a_file_changed_on_both_sides_is_asked_about_and_one_that_was_only_touched_is_not(open_window, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    type_in(window, "X")
    os.utime(path, (1, 1))
    come_back(window)
    assert window.parts.messages.sentence == ""
    path.write_text("two")
    come_back(window)
    assert "changed by another program, and here, too" in window.parts.messages.sentence
    assert (current(window).editor.text(), path.read_text()) == ("Xone", "two")


def choose(choice):
    def answer(dialog):
        assert dialog.view.changes
        dialog._choose(choice)

    in_next(CompareDialog, answer)


@pytest.mark.parametrize(
    ("choice", "text", "file_text", "modified"),
    [(Choice.FILE, "two", "two", False), (Choice.MINE, "Xone", "Xone", False), (Choice.LATER, "Xone", "two", True)],
)
def test_the_writer_decides_which_text_holds(open_window, tmp_path, choice, text, file_text, modified):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    type_in(window, "X")
    path.write_text("two")
    choose(choice)
    window.parts.commands["compare_file"].trigger()
    assert (current(window).editor.text(), path.read_text(), current(window).modified) == (text, file_text, modified)
