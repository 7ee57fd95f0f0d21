import pytest
from PySide6.QtCore import Qt

from engine.paths import data_dir
from engine.store.edits import Change
from engine.store.journal import Journal
from engine.store.library import Card
from gui.kept_text import show_copy
from tests.gui.driving import current, press, type_in
from tests.gui.journalled import after_a_close, after_a_kill, databases, texts

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_changes_of_a_file_come_back_and_the_file_is_left_alone(open_window, monkeypatch, tmp_path):
    path = tmp_path / "story.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\n")
    window = open_window()
    window.parts.files.open(path)
    type_in(window, "X")
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("story.txt", "Xone\ntwo\n")]
    assert "holds changes that are not saved yet" in again.parts.messages.sentence
    assert path.read_bytes() == b"\xef\xbb\xbfone\r\ntwo\r\n"
    press(again, Qt.Key.Key_S, CONTROL)
    assert path.read_bytes() == b"\xef\xbb\xbfXone\r\ntwo\r\n"


def test_what_was_saved_is_not_called_unsaved(open_window, monkeypatch, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    type_in(window, "X")
    press(window, Qt.Key.Key_S, CONTROL)
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("Untitled", "")]
    again.parts.files.open(path)
    assert (current(again).editor.text(), current(again).modified) == ("Xone", False)


def test_changes_here_and_elsewhere_are_both_said(open_window, monkeypatch, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    type_in(window, "X")
    path.write_text("from elsewhere")
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("story.txt", "Xone")]
    assert "changed by another program" in again.parts.messages.sentence
    assert path.read_text() == "from elsewhere"


def test_a_change_elsewhere_alone_becomes_part_of_the_history(open_window, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    type_in(window, "X")
    press(window, Qt.Key.Key_S, CONTROL)
    window.close()
    path.write_text("from elsewhere")
    again = open_window()
    again.parts.files.open(path)
    again.parts.journals.settle()
    assert (current(again).editor.text(), current(again).modified) == ("from elsewhere", False)
    journal = again.parts.journals.of(current(again)).journal
    assert [journal.text_at(number) for number in range(3)] == ["one", "Xone", "from elsewhere"]


def test_a_damaged_journal_gives_back_what_can_be_read(open_window, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    type_in(window, "XYZ")
    window.close()
    (database,) = databases()
    data = bytearray(database.read_bytes())
    data[100:120] = b"\xff" * 20  # the head of the schema
    database.write_bytes(data)
    again = after_a_close(open_window)
    again.parts.files.open(path)
    assert "damaged" in again.parts.messages.sentence
    assert current(again).editor.text() in ("one", "XYZone")
    assert path.read_text() == "one"
    assert list((data_dir() / "documents").glob("*.damaged"))
    type_in(again, "!")
    again.parts.journals.settle()
    assert again.parts.journals.keeps(current(again))


def test_a_file_in_another_encoding_is_not_asked_about_twice(open_window, monkeypatch, tmp_path):
    path = tmp_path / "chinese.txt"
    path.write_bytes("老国王睡了。".encode("gb18030"))
    window = open_window()
    window.parts.files.open(path, "gb18030")
    type_in(window, "X")
    press(window, Qt.Key.Key_S, CONTROL)
    type_in(window, "Y")
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("chinese.txt", "XY老国王睡了。")]
    press(again, Qt.Key.Key_S, CONTROL)
    assert path.read_bytes().decode("gb18030") == "XY老国王睡了。"


@pytest.mark.parametrize(("unsaved", "text"), [(True, "Unsaved."), (False, "Saved.")])
def test_a_copy_is_shown_where_it_holds_what_was_not_saved(open_window, tmp_path, unsaved, text):
    opened = current(open_window("Saved."))
    journal = Journal(tmp_path / "one.db", "", opened.about)
    journal.append([Change(0, 0, "Unsaved.")])
    journal.close()
    show_copy(opened, Card("one", unsaved=unsaved), tmp_path / "one.db")
    assert opened.editor.text() == text


def test_a_copy_that_cannot_be_read_leaves_the_text(open_window, tmp_path):
    opened = current(open_window("Saved."))
    (tmp_path / "one.db").mkdir()
    show_copy(opened, Card("one", unsaved=True), tmp_path / "one.db")
    assert opened.editor.text() == "Saved."
