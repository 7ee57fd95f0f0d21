import itertools
import os
import shutil

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from engine.paths import data_dir
from engine.store.edits import Origin
from gui.dialogs.compare import Choice, CompareDialog
from tests.gui.driving import come_back, current, type_in
from tests.gui.journalled import after_a_close, after_a_kill, databases, texts

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_what_was_typed_survives_a_kill(open_window, monkeypatch):
    window = open_window()
    type_in(window, "Never saved.")
    QTest.keyClick(current(window).editor, Qt.Key.Key_Return)
    type_in(window, "Nor this")
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("Untitled", "Never saved.\nNor this")]
    assert current(again).modified


def test_closing_asks_nothing_and_the_texts_are_there_at_the_next_start(open_window):
    window = open_window()
    type_in(window, "first")
    window.parts.files.new()
    type_in(window, "second")
    assert window.close()
    again = after_a_close(open_window)
    assert sorted(texts(again)) == [("Untitled", "first"), ("Untitled", "second")]
    assert again.parts.status.text_of("saved") == "kept, not saved"


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
    QTest.keyClick(current(again).editor, Qt.Key.Key_S, CONTROL)
    assert path.read_bytes() == b"\xef\xbb\xbfXone\r\ntwo\r\n"


def test_what_was_saved_is_not_called_unsaved(open_window, monkeypatch, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    type_in(window, "X")
    QTest.keyClick(current(window).editor, Qt.Key.Key_S, CONTROL)
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
    QTest.keyClick(current(window).editor, Qt.Key.Key_S, CONTROL)
    window.close()
    path.write_text("from elsewhere")
    again = open_window()
    again.parts.files.open(path)
    again.parts.journals.settle()
    assert (current(again).editor.text(), current(again).modified) == ("from elsewhere", False)
    journal = again.parts.journals.of(current(again)).journal
    assert [journal.text_at(number) for number in range(3)] == ["one", "Xone", "from elsewhere"]


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


def test_streamed_text_undo_and_redo_are_in_the_journal(open_window, monkeypatch):
    window = open_window("Once.")
    editor = current(window).editor
    editor.put_caret(5, 5)
    window.parts.writing.generate()
    for part in (" The", " king 😀", " slept.\u2028Then"):
        window.parts.writing.on_text(0, part)
        type_in(window, "!")
    window.parts.jobs.stop()
    editor.undo_step()
    editor.redo_step()
    text = editor.text()
    assert "slept" in text
    assert texts(after_a_kill(window, monkeypatch, open_window)) == [("Untitled", text)]


def test_a_second_window_on_a_file_reads_it_only(open_window, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    first, second = open_window(), open_window()
    first.parts.files.open(path)
    second.parts.files.open(path)
    assert "open in another window" in second.parts.messages.sentence
    assert current(second).title == "story.txt (read-only)"
    type_in(second, "lost?")
    second.parts.writing.generate()
    assert "only be read here" in second.parts.messages.sentence
    assert current(second).editor.text() == "one"
    type_in(first, "X")
    assert first.parts.files.save(current(first))
    assert path.read_text() == "Xone"


def test_a_second_window_leaves_the_unsaved_texts_of_the_first_alone(open_window, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    first = open_window()
    first.parts.files.open(path)
    type_in(first, "X")
    first.parts.files.new()
    type_in(first, "Y")
    first.parts.journals.settle()
    assert texts(after_a_close(open_window)) == [("Untitled", "")]


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


def test_a_text_that_nobody_edited_leaves_nothing(open_window, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    assert len(databases()) == 1
    window.close()
    assert databases() == []


def test_a_private_document_survives_a_kill_and_goes_with_its_window(open_window, monkeypatch, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    window.parts.commands["private"].trigger()
    type_in(window, "X")
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("story.txt", "Xone")]
    assert again.parts.commands["private"].isChecked()
    QTest.keyClick(current(again).editor, Qt.Key.Key_S, CONTROL)
    again.close()
    assert list((data_dir() / "documents").iterdir()) == []


def test_forgetting_keeps_the_text_and_drops_what_was_before(open_window, monkeypatch):
    window = open_window()
    type_in(window, "secret")
    current(window).editor.selectAll()
    type_in(window, "harmless")
    window.parts.journals.settle()
    (old,) = databases()
    window.parts.journals.forget(current(window))
    window.parts.journals.settle()
    (new,) = databases()
    assert new != old
    assert "secret".encode("utf-16-le") not in new.read_bytes() + new.with_name(new.name + "-wal").read_bytes()
    assert texts(after_a_kill(window, monkeypatch, open_window)) == [("Untitled", "harmless")]


def test_forgetting_drops_what_a_model_wrote_and_was_deleted(open_window):
    window = open_window()
    current(window).editor.write(0, 0, "The secret king. ", Origin.MODEL)
    current(window).editor.selectAll()
    type_in(window, "harmless")
    window.parts.journals.forget(current(window))
    window.parts.journals.of(current(window)).mark("milestone")  # which keeps whose the text is
    window.parts.journals.settle()
    (database,) = databases()
    written = database.read_bytes() + database.with_name(database.name + "-wal").read_bytes()
    assert b"human" in written
    assert b"secret" not in written


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


def test_a_folder_that_cannot_be_written_is_said_and_closing_asks_again(open_window, qtbot):
    data_dir().mkdir(parents=True)
    (data_dir() / "documents").write_text("in the way")
    window = open_window()
    type_in(window, "only in memory")
    qtbot.waitUntil(lambda: "not kept" in window.parts.messages.sentence or "written" in window.parts.messages.sentence)
    assert not window.parts.journals.keeps(current(window))
    assert window.parts.status.text_of("saved") == "not saved"
    (data_dir() / "documents").unlink()
    qtbot.waitUntil(lambda: window.parts.journals.keeps(current(window)))
    assert window.parts.messages.sentence == ""


def test_save_as_takes_the_history_along(open_window, monkeypatch, tmp_path):
    path = tmp_path / "new.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window = open_window()
    type_in(window, "draft")
    assert window.parts.files.save(current(window))
    type_in(window, "!")
    window.close()
    assert len(databases()) == 1
    again = after_a_close(open_window)
    assert texts(again) == [("new.txt", "draft!")]
    assert path.read_text() == "draft"


def test_a_file_in_another_encoding_is_not_asked_about_twice(open_window, monkeypatch, tmp_path):
    path = tmp_path / "chinese.txt"
    path.write_bytes("老国王睡了。".encode("gb18030"))
    window = open_window()
    window.parts.files.open(path, "gb18030")
    type_in(window, "X")
    QTest.keyClick(current(window).editor, Qt.Key.Key_S, CONTROL)
    type_in(window, "Y")
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("chinese.txt", "XY老国王睡了。")]
    QTest.keyClick(current(again).editor, Qt.Key.Key_S, CONTROL)
    assert path.read_bytes().decode("gb18030") == "XY老国王睡了。"


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
    def answer():
        dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, CompareDialog))
        assert dialog.view.changes
        dialog._choose(choice)

    QTimer.singleShot(0, answer)


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


@pytest.fixture
def make_disk(tmp_path, mount_disk):
    """Mount small disks, each with a copy of a data directory on it."""
    numbers = itertools.count()

    def make(data=None):
        disk = mount_disk(tmp_path / f"disk-{next(numbers)}", "size=2m")
        if data is not None:
            shutil.copytree(data, disk / "home" / data.name)
        return disk

    return make


def fill(disk):
    with pytest.raises(OSError, match="No space"):
        (disk / "filler").write_bytes(bytes(3_000_000))


def test_on_a_full_disk_nothing_is_lost_that_was_accepted_and_room_brings_the_rest(
    open_window, monkeypatch, make_disk, qtbot
):
    disk = make_disk()
    monkeypatch.setenv("XDG_DATA_HOME", str(disk / "home"))
    window = open_window()
    type_in(window, "begun. ")
    window.parts.journals.settle()
    fill(disk)
    much = "".join(f"{number} " for number in range(30_000))
    editor = current(window).editor
    editor.write(7, 7, much)
    qtbot.waitUntil(lambda: "disk is full" in window.parts.messages.sentence)
    assert not window.parts.journals.keeps(current(window))
    other = make_disk(data_dir())  # what a kill would leave, on a disk that is as full
    fill(other)
    monkeypatch.setenv("XDG_DATA_HOME", str(other / "home"))
    assert texts(after_a_close(open_window)) == [("Untitled", "begun. ")]
    (disk / "filler").unlink()
    qtbot.waitUntil(lambda: window.parts.journals.keeps(current(window)))
    monkeypatch.setenv("XDG_DATA_HOME", str(disk / "home"))
    assert texts(after_a_kill(window, monkeypatch, open_window)) == [("Untitled", "begun. " + much)]


def test_a_text_on_a_read_only_disk_is_shown_and_said_not_to_be_kept(
    open_window, monkeypatch, make_disk, mount_disk, tmp_path
):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    type_in(window, "Never saved.")
    window.parts.files.open(path)
    type_in(window, "X")
    window.parts.journals.settle()
    disk = make_disk(data_dir())
    mount_disk(disk, "remount", "ro")
    monkeypatch.setenv("XDG_DATA_HOME", str(disk / "home"))
    again = after_a_close(open_window)
    assert sorted(texts(again)) == [("Untitled", "Never saved."), ("story.txt", "Xone")]
    assert "cannot be read or written" in again.parts.messages.sentence
    assert not any(again.parts.journals.keeps(opened) for opened in again.parts.workspace.documents)
    assert path.read_text() == "one"


def test_a_clock_that_was_set_back_hides_nothing(open_window, monkeypatch, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("old")
    window = open_window()
    window.parts.files.open(path)
    type_in(window, "an ")
    assert window.parts.files.save(current(window))
    assert window.parts.files.close(current(window))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    type_in(window, "new")
    assert window.parts.files.ask_save(current(window))  # another document, which takes the file's name
    type_in(window, " story")
    window.parts.journals.settle()
    for database in databases():
        os.utime(database, (9e8, 9e8) if database.stem == current(window).identity else (1e9, 1e9))
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("story.txt", "new story")]


def test_edits_made_after_a_clock_was_set_back_come_last(open_window, monkeypatch):
    window = open_window()
    type_in(window, "a")
    window.parts.journals.settle()
    kept = window.parts.journals.of(current(window))
    kept.journal._clock = lambda: 5.0
    type_in(window, "b")
    again = after_a_kill(window, monkeypatch, open_window)
    assert texts(again) == [("Untitled", "ab")]


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
    def discard():
        box = next(each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox))
        box.button(QMessageBox.StandardButton.Discard).click()

    bereft.parts.commands["private"].trigger()
    QTimer.singleShot(0, discard)
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
