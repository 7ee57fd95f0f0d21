import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from engine.paths import data_dir
from gui.dialogs.backups import BackupsDialog
from gui.dialogs.kept_texts import KeptTextsDialog
from tests.gui.driving import current


def write(window, text):
    """Replace the text of the document in view and save it."""
    current(window).editor.selectAll()
    QTest.keyClicks(current(window).editor, text)
    window.parts.commands["save"].trigger()


def backups(window, path):
    """Return what backups of a file hold, the latest first."""
    assert window.backing_up.settle()
    return [each.path.read_bytes() for each in window.backing_up.backups.of(path)]


@pytest.fixture
def story(open_window, tmp_path):
    """A window on a file that was there before and has been saved twice."""
    path = tmp_path / "第一章.txt"
    path.write_text("The king slept.", encoding="utf-8")
    window = open_window()
    window.parts.files.open(path)
    write(window, "The old king slept.")
    write(window, "The old queen woke.")
    return window


def with_dialog(window, act, kind=BackupsDialog, command="backups"):
    """Open a dialog by its command and do `act` in it."""

    def find():
        dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, kind))
        act(dialog)
        dialog.close()

    QTimer.singleShot(0, find)
    window.parts.commands[command].trigger()


def agree():
    """Press the button of the next message box that does what it asks about."""

    def press():
        box = next(each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox))
        role = QMessageBox.ButtonRole.DestructiveRole
        next(each for each in box.buttons() if box.buttonRole(each) is role).click()

    QTimer.singleShot(0, press)


def test_what_was_there_and_each_save_is_kept_apart_from_the_journal(story, tmp_path):
    path = tmp_path / "第一章.txt"
    kept = [b"The old queen woke.", b"The old king slept.", b"The king slept."]
    assert backups(story, path) == kept
    story.close()
    shutil.rmtree(data_dir() / "documents")
    assert sorted(each.read_bytes() for each in (data_dir() / "backups").rglob("*第一章.txt")) == sorted(kept)
    assert {each.name for each in tmp_path.iterdir()} <= {path.name, "settings.json"}


def test_what_another_program_wrote_is_kept_before_it_is_overwritten(story, tmp_path):
    path = tmp_path / "第一章.txt"
    path.write_text("From elsewhere, and longer.", encoding="utf-8")
    QTest.keyClicks(current(story).editor, "!")
    story.parts.files.overwrite(current(story))
    assert backups(story, path)[:2] == [b"The old queen woke.!", b"From elsewhere, and longer."]


def test_what_another_program_wrote_and_was_taken_is_kept(story, tmp_path):
    path = tmp_path / "第一章.txt"
    path.write_text("From elsewhere, and longer.", encoding="utf-8")
    story.keeping.look_at_files()
    assert current(story).editor.text() == "From elsewhere, and longer."
    assert backups(story, path)[0] == b"From elsewhere, and longer."


def test_all_of_an_earlier_text_comes_back_as_one_step(story):
    def act(dialog):
        assert len(dialog.entries) == 3
        assert all("bytes" in line for line in dialog.entries)
        assert dialog.where == "The same as now."
        QTest.keyClick(dialog._list, Qt.Key.Key_Down)
        assert dialog.where == "Change 1 of 1"
        QTest.keyClick(dialog._list, Qt.Key.Key_Down)
        dialog.restore_all()

    with_dialog(story, act)
    editor = current(story).editor
    assert editor.text() == "The king slept."
    editor.undo_step()
    assert editor.text() == "The old queen woke."


def test_one_place_comes_back(story):
    write(story, "Day. The old king woke.")

    def act(dialog):
        QTest.keyClick(dialog._list, Qt.Key.Key_Down)
        QTest.keyClick(dialog._next, Qt.Key.Key_Space)
        assert dialog.where == "Change 2 of 2"
        dialog.restore_place()

    with_dialog(story, act)
    assert current(story).editor.text() == "Day. The old queen woke."


def test_a_copy_goes_where_the_writer_wants_byte_by_byte(open_window, tmp_path, monkeypatch):
    path = tmp_path / "wide.txt"
    path.write_bytes(b"\xff\xfe" + "中\r\n".encode("utf-16-le"))
    window = open_window()
    window.parts.files.open(path)
    write(window, "new")
    asked = []

    def choose(_parent, _title, suggestion):
        asked.append(Path(suggestion))
        return str(tmp_path / "copy.txt"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)

    def act(dialog):
        QTest.keyClick(dialog._list, Qt.Key.Key_Down)
        assert "中" in dialog.view.toPlainText()
        dialog.save_copy()
        assert dialog.where == f"Saved as {tmp_path / 'copy.txt'}."
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "copy.txt"), ""))
        dialog.save_copy()
        assert "There is no folder" in dialog.where

    with_dialog(window, act)
    assert (tmp_path / "copy.txt").read_bytes() == b"\xff\xfe" + "中\r\n".encode("utf-16-le")
    assert asked[0].parent == tmp_path
    assert (asked[0].name.startswith("wide 20"), asked[0].suffix) == (True, ".txt")


def test_backups_in_another_encoding_are_read_as_the_file_is(open_window, tmp_path):
    path = tmp_path / "old.txt"
    path.write_bytes("夜里下雨。".encode("gb18030"))
    window = open_window()
    window.parts.files.open(path, "gb18030")
    QTest.keyClicks(current(window).editor, "X")
    window.parts.commands["save"].trigger()

    def act(dialog):
        QTest.keyClick(dialog._list, Qt.Key.Key_Down)
        assert dialog.view.toPlainText() == "X夜里下雨。"

    with_dialog(window, act)
    current(window).save(path, "utf-8")
    QTest.keyClicks(current(window).editor, "Y")
    window.parts.commands["save"].trigger()

    def act_again(dialog):
        dialog._list.setCurrentRow(len(dialog.entries) - 1)
        assert "not valid utf-8" in dialog.where
        assert not dialog._all.isEnabled()
        assert dialog._copy.isEnabled()

    with_dialog(window, act_again)


def test_those_of_a_file_that_is_gone_are_shown_and_can_be_copied(story, tmp_path):
    (tmp_path / "第一章.txt").unlink()
    story.parts.files.new()

    def act(dialog):
        assert dialog._files.currentText() == str(tmp_path / "第一章.txt")
        assert dialog.view.toPlainText() == "The old queen woke."
        assert not dialog._all.isEnabled()
        assert dialog._copy.isEnabled()
        assert "save a copy" in dialog.where

    with_dialog(story, act)


def test_a_text_without_backups_says_so(open_window):
    def act(dialog):
        assert "No backup of this text is there yet" in dialog.where
        assert not any(each.isEnabled() for each in (dialog._all, dialog._one, dialog._copy, dialog._folder))

    with_dialog(open_window("A text"), act)


def test_files_of_one_name_in_two_folders_are_not_mixed(open_window, tmp_path):
    window = open_window()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "story.txt").write_text(name)
        window.parts.files.open(tmp_path / name / "story.txt")
        write(window, f"new {name}")
    assert backups(window, tmp_path / "a" / "story.txt") == [b"new a", b"a"]
    assert backups(window, tmp_path / "b" / "story.txt") == [b"new b", b"b"]


def test_private_documents_have_none_and_closing_one_deletes_those_from_before(story, tmp_path):
    path = tmp_path / "第一章.txt"
    story.parts.commands["private"].trigger()
    write(story, "A secret.")
    assert b"A secret." not in backups(story, path)
    assert len(backups(story, path)) == 3
    story.parts.files.close(current(story))
    assert backups(story, path) == []
    assert path.read_text(encoding="utf-8") == "A secret."


def test_the_window_closes_with_a_private_document_and_its_backups_are_gone(story, tmp_path):
    story.parts.commands["private"].trigger()
    assert story.close()
    assert not list((data_dir() / "backups").rglob("*第一章.txt"))


def test_forgetting_a_document_deletes_its_backups(story, tmp_path):
    agree()
    story.parts.commands["forget"].trigger()
    assert backups(story, tmp_path / "第一章.txt") == []
    write(story, "From now on.")
    assert backups(story, tmp_path / "第一章.txt") == [b"From now on.", b"The old queen woke."]


def test_forgetting_a_closed_document_deletes_its_backups(story, tmp_path):
    story.parts.files.close(current(story))

    def act(dialog):
        agree()
        dialog._forget.click()

    with_dialog(story, act, KeptTextsDialog, "kept_texts")
    assert backups(story, tmp_path / "第一章.txt") == []


def test_they_follow_a_chapter_that_is_moved(open_window, tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "one.md").write_text("One.")
    window = open_window()
    window.room.project.open(folder)
    window.parts.files.open(folder / "one.md")
    write(window, "Changed.")
    window.room.moving.move("one.md", "two.md")
    assert backups(window, folder / "two.md") == [b"Changed.", b"One."]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the super-user may write everywhere")
def test_where_none_can_be_kept_the_save_succeeds_and_a_sentence_says_so(open_window, tmp_path):
    (data_dir() / "backups").mkdir(parents=True)
    (data_dir() / "backups").chmod(0o500)
    window = open_window("old", tmp_path / "a.txt")
    write(window, "new")
    window.backing_up.settle()
    QApplication.processEvents()
    assert "No backup of a.txt is kept" in window.parts.messages.sentence
    assert (tmp_path / "a.txt").read_text() == "new"


def test_on_a_full_disk_the_save_succeeds_and_a_sentence_says_what_is_missing(open_window, tmp_path, mount_disk):
    mount_disk(data_dir() / "backups", "size=100k")
    path = tmp_path / "a.txt"
    path.write_text("word " * 30_000)
    window = open_window()
    window.parts.files.open(path)
    write(window, "new")
    window.backing_up.settle()
    QApplication.processEvents()
    assert "No backup of a.txt is kept, for the disk is full: free some space" in window.parts.messages.sentence
    assert path.read_text() == "new"
    assert not current(window).modified


def test_backups_are_kept_beside_the_file_where_the_writer_says_so(story, tmp_path, open_window):
    path, place = tmp_path / "第一章.txt", tmp_path / "第一章.txt.backups"
    said = []

    def act(dialog):
        said.append(dialog._beside.text())
        assert not dialog._beside.isChecked()
        QTest.keyClick(dialog._beside, Qt.Key.Key_Space)

    with_dialog(story, act)
    assert place.name in said[0]
    assert story.parts.settings.backups_beside
    write(story, "The queen left.")
    assert backups(story, path)[0] == b"The queen left."
    assert [each.read_bytes() for each in place.iterdir()] == [b"The queen left."]
    story.close()
    again = open_window(backups_beside=True)
    again.parts.files.open(path)
    with_dialog(again, lambda dialog: said.append(len(dialog.entries)))
    assert said[1] == 4
    assert again.parts.settings.backups_beside


def test_forgetting_a_document_takes_the_backups_beside_it_along(open_window, tmp_path):
    path = tmp_path / "a.txt"
    window = open_window(backups_beside=True)
    path.write_text("one")
    window.parts.files.open(path)
    write(window, "two")
    assert backups(window, path) == [b"two", b"one"]
    agree()
    window.parts.commands["forget"].trigger()
    assert backups(window, path) == []
    assert not path.with_name("a.txt.backups").exists()
