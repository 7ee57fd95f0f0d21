"""Notes beside the text: with their document, through restarts, kills and forgotten histories."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.answering import answer_by
from tests.gui.driving import current
from tests.gui.journalled import after_a_kill, databases
from tests.gui.project.using_room import CTRL_SHIFT, note


def test_each_document_has_its_own_notes(project_window):
    window = project_window()
    window.room.walking.open("Prologue.md")
    note(window, "who is the king?")
    window.room.walking.open("Part one/Chapter 1.md")
    assert window.room.notes.text == ""
    note(window, "the stairs: 99")
    window.room.walking.open("Prologue.md")
    assert window.room.notes.text == "who is the king?"
    assert current(window).editor.text() == "An old king.\n"
    assert not window.parts.workspace.current.modified


def test_notes_are_there_again_although_the_text_was_never_changed(open_window, tmp_path):
    path = tmp_path / "a.md"
    path.write_text("text")
    window = open_window()
    window.parts.files.open(path)
    note(window, "remember")
    window.close()
    again = open_window()
    again.parts.files.open(path)
    assert again.room.notes.text == "remember"
    assert path.read_text() == "text"


def test_every_key_is_safe_from_a_kill(open_window, tmp_path, monkeypatch):
    path = tmp_path / "a.md"
    path.write_text("text")
    window = open_window()
    window.parts.files.open(path)
    note(window, "remembe")
    QTest.keyClicks(window.room.notes.field, "r")
    again = after_a_kill(window, monkeypatch, open_window)
    again.parts.files.open(path)
    assert again.room.notes.text == "remember"


def test_notes_of_a_text_without_a_file_go_with_it(open_window, monkeypatch):
    window = open_window()
    QTest.keyClick(current(window).editor, Qt.Key.Key_K, CTRL_SHIFT)
    assert window.room.notes.field.isReadOnly()  # there is nothing yet that they could belong to
    QTest.keyClicks(current(window).editor, "A text")
    assert not window.room.notes.field.isReadOnly()
    QTest.keyClicks(window.room.notes.field, "remember")
    again = after_a_kill(window, monkeypatch, open_window)
    assert (current(again).editor.text(), again.room.notes.text) == ("A text", "remember")


def test_forgetting_a_history_leaves_the_notes(open_window, tmp_path):
    path = tmp_path / "a.md"
    path.write_text("text")
    window = open_window()
    window.parts.files.open(path)
    note(window, "remember")
    answer_by("Forget")
    window.parts.commands["forget"].trigger()
    window.close()
    again = open_window()
    again.parts.files.open(path)
    assert again.room.notes.text == "remember"


def test_a_damaged_history_gives_back_its_notes(open_window, tmp_path):
    path = tmp_path / "a.md"
    path.write_text("text")
    window = open_window()
    window.parts.files.open(path)
    QTest.keyClicks(current(window).editor, "more ")
    note(window, "remember")
    window.close()
    (database,) = databases()
    data = database.read_bytes()
    place = data.rindex(b"\x78\x5e")  # where a snapshot begins
    database.write_bytes(data[: place + 2] + b"\0" * 8 + data[place + 10 :])
    again = open_window()
    again.parts.files.open(path)
    assert "damaged" in again.parts.messages.sentence
    assert again.room.notes.text == "remember"
    again.close()
    third = open_window()
    third.parts.files.open(path)
    assert third.room.notes.text == "remember"


def test_a_second_window_shows_no_field_to_write_in(open_window, tmp_path):
    path = tmp_path / "a.md"
    path.write_text("text")
    window = open_window()
    window.parts.files.open(path)
    note(window, "remember")
    window.parts.journals.settle()
    other = open_window()
    other.parts.files.open(path)
    assert other.room.notes.field.isReadOnly()


def test_the_key_closes_the_notes_and_goes_back_to_the_text(open_window, tmp_path):
    window = open_window("text", tmp_path / "a.md")
    note(window, "x")
    QTest.keyClick(window.room.notes.field, Qt.Key.Key_K, CTRL_SHIFT)
    assert window.parts.assistant.tool is None
    assert current(window).editor.hasFocus()
