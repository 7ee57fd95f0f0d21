from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from tests.gui.backed_up import backups, saved_twice, with_backups, write
from tests.gui.driving import current


@pytest.fixture
def story(open_window, tmp_path):
    return saved_twice(open_window, tmp_path)


def test_all_of_an_earlier_text_comes_back_as_one_step(story):
    def act(dialog):
        assert len(dialog.entries) == 3
        assert all("bytes" in line for line in dialog.entries)
        assert dialog.where == "The same as now."
        QTest.keyClick(dialog._list, Qt.Key.Key_Down)
        assert dialog.where == "Change 1 of 1"
        QTest.keyClick(dialog._list, Qt.Key.Key_Down)
        dialog.restore_all()

    with_backups(story, act)
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

    with_backups(story, act)
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

    with_backups(window, act)
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

    with_backups(window, act)
    current(window).save(path, "utf-8")
    QTest.keyClicks(current(window).editor, "Y")
    window.parts.commands["save"].trigger()

    def act_again(dialog):
        dialog._list.setCurrentRow(len(dialog.entries) - 1)
        assert "not valid utf-8" in dialog.where
        assert not dialog._all.isEnabled()
        assert dialog._copy.isEnabled()

    with_backups(window, act_again)


def test_those_of_a_file_that_is_gone_are_shown_and_can_be_copied(story, tmp_path):
    (tmp_path / "第一章.txt").unlink()
    story.parts.files.new()

    def act(dialog):
        assert dialog._files.currentText() == str(tmp_path / "第一章.txt")
        assert dialog.view.toPlainText() == "The old queen woke."
        assert not dialog._all.isEnabled()
        assert dialog._copy.isEnabled()
        assert "save a copy" in dialog.where

    with_backups(story, act)


def test_a_text_without_backups_says_so(open_window):
    def act(dialog):
        assert "No backup of this text is there yet" in dialog.where
        assert not any(each.isEnabled() for each in (dialog._all, dialog._one, dialog._copy, dialog._folder))

    with_backups(open_window("A text"), act)


def test_backups_are_kept_beside_the_file_where_the_writer_says_so(story, tmp_path, open_window):
    path, place = tmp_path / "第一章.txt", tmp_path / "第一章.txt.backups"
    said = []

    def act(dialog):
        said.append(dialog._beside.text())
        assert not dialog._beside.isChecked()
        QTest.keyClick(dialog._beside, Qt.Key.Key_Space)

    with_backups(story, act)
    assert place.name in said[0]
    assert story.parts.settings.backups_beside
    write(story, "The queen left.")
    assert backups(story, path)[0] == b"The queen left."
    assert [each.read_bytes() for each in place.iterdir()] == [b"The queen left."]
    story.close()
    again = open_window(backups_beside=True)
    again.parts.files.open(path)
    with_backups(again, lambda dialog: said.append(len(dialog.entries)))
    assert said[1] == 4
    assert again.parts.settings.backups_beside
