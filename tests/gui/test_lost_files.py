import pytest
from PySide6.QtWidgets import QMessageBox

from tests.gui.answering import answer
from tests.gui.driving import come_back, current, type_in
from tests.gui.journalled import after_a_close, after_a_kill, texts


@pytest.fixture
def bereft(open_window, tmp_path):
    """A window on a text that was never edited and whose file another program deleted."""
    path = tmp_path / "story.txt"
    path.write_text("All of it.\n")
    window = open_window()
    window.parts.files.open(path)
    path.unlink()
    come_back(window)
    return window


def test_a_file_that_is_deleted_is_noticed_and_can_be_saved_again(bereft, tmp_path):
    assert "no longer there" in bereft.parts.messages.sentence
    assert current(bereft).modified
    bereft.parts.messages._button.click()
    assert (tmp_path / "story.txt").read_text() == "All of it.\n"
    assert not current(bereft).modified


@pytest.mark.parametrize("ends", [after_a_kill, lambda window, _patch, start: window.close() and after_a_close(start)])
def test_the_text_of_a_deleted_file_is_there_at_the_next_start(bereft, monkeypatch, open_window, ends):
    again = ends(bereft, monkeypatch, open_window)
    assert texts(again) == [("story.txt", "All of it.\n")]
    assert current(again).modified
    assert "no longer there" in again.parts.messages.sentence


def test_a_file_that_is_back_as_it_was_is_saved_and_its_next_loss_is_said(bereft, tmp_path):
    (tmp_path / "story.txt").write_text("All of it.\n")
    come_back(bereft)
    assert not current(bereft).modified
    bereft.parts.messages.hide()
    (tmp_path / "story.txt").unlink()
    come_back(bereft)
    assert "no longer there" in bereft.parts.messages.sentence
    assert current(bereft).modified


def test_a_file_that_is_back_with_another_text_is_shown_as_it_is(bereft, tmp_path):
    (tmp_path / "story.txt").write_text("Another branch.\n")
    come_back(bereft)
    assert (current(bereft).editor.text(), current(bereft).modified) == ("Another branch.\n", False)
    assert "changed by another program and is shown" in bereft.parts.messages.also


def test_what_was_typed_while_the_file_was_gone_is_not_taken_for_saved(bereft, tmp_path):
    type_in(bereft, "X")
    (tmp_path / "story.txt").write_text("All of it.\n")
    come_back(bereft)
    assert (current(bereft).editor.text(), current(bereft).modified) == ("XAll of it.\n", True)


def test_a_deleted_text_that_was_closed_is_not_saved_again(bereft, tmp_path):
    bereft.parts.commands["private"].trigger()
    answer(QMessageBox.StandardButton.Discard)
    assert bereft.parts.files.close(current(bereft))
    bereft.parts.messages._button.click()
    assert bereft.parts.messages.sentence == "This document was closed meanwhile."
    assert not (tmp_path / "story.txt").exists()


def test_several_files_that_are_deleted_are_said_and_saved_together(open_window, tmp_path):
    paths = [tmp_path / "one.txt", tmp_path / "two.txt"]
    window = open_window()
    for path in paths:
        path.write_text(path.stem)
        window.parts.files.open(path)
    for path in paths:
        path.unlink()
    come_back(window)
    assert window.parts.messages.sentence.startswith("2 files are no longer there")
    assert "one.txt, two.txt" in window.parts.messages.sentence
    window.parts.messages._button.click()
    assert [path.read_text() for path in paths] == ["one", "two"]


def test_a_file_that_is_gone_is_still_there_in_the_window(open_window, monkeypatch, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    type_in(window, "X")
    path.unlink()
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("story.txt", "Xone")]
    assert "no longer there" in again.parts.messages.sentence
