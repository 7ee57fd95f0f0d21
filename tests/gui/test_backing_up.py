import os
import shutil

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.paths import data_dir
from gui.dialogs.kept_texts import KeptTextsDialog
from tests.gui.answering import agree, in_next_and_close
from tests.gui.backed_up import backups, saved_twice, write
from tests.gui.driving import current


@pytest.fixture
def story(open_window, tmp_path):
    return saved_twice(open_window, tmp_path)


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

    in_next_and_close(KeptTextsDialog, act)
    story.parts.commands["kept_texts"].trigger()
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
