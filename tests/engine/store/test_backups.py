import os
from pathlib import Path

import pytest

from engine.errors import StorageError
from engine.store.backups import Backups
from engine.store.retention import LATEST

DAY = 86_400.0
NOON = 1_790_000_000.0


@pytest.fixture
def backups(tmp_path):
    return Backups(tmp_path / "backups")


def contents(backups, file):
    return [each.path.read_bytes() for each in backups.of(file)]


def test_they_are_plain_files_for_the_owner_alone(backups, tmp_path):
    file = tmp_path / "小说 第一章.txt"
    backups.put(file, "第一".encode("gb18030"), NOON)
    backups.put(file, "第二".encode("gb18030"), NOON + 5)
    assert contents(backups, file) == ["第二".encode("gb18030"), "第一".encode("gb18030")]
    latest = backups.of(file)[0]
    assert (latest.number, latest.at, latest.size) == (2, NOON + 5, 4)
    assert latest.path.name == "000002 2026-09-21 14.13.25Z 小说 第一章.txt"
    if os.name == "posix":
        assert latest.path.stat().st_mode & 0o777 == 0o600
        assert latest.path.parent.stat().st_mode & 0o777 == 0o700
        assert backups.folder.stat().st_mode & 0o777 == 0o700
    assert Path((latest.path.parent / "origin.txt").read_text(encoding="utf-8")) == file


def test_files_of_one_name_in_two_folders_are_not_mixed(backups, tmp_path):
    one, other = tmp_path / "a" / "story.txt", tmp_path / "b" / "story.txt"
    backups.put(one, b"one", NOON)
    backups.put(other, b"other", NOON)
    assert (contents(backups, one), contents(backups, other)) == ([b"one"], [b"other"])
    assert backups.files() == [one, other]
    backups.forget(one)
    assert (contents(backups, one), contents(backups, other)) == ([], [b"other"])
    assert backups.files() == [other]


def test_what_was_not_changed_is_kept_once(backups, tmp_path):
    for number in range(3):
        backups.put(tmp_path / "a.txt", b"same", NOON + number)
    backups.put(tmp_path / "a.txt", b"diff", NOON + 3)
    backups.put(tmp_path / "a.txt", b"same", NOON + 4)
    assert contents(backups, tmp_path / "a.txt") == [b"same", b"diff", b"same"]


def test_a_name_as_long_as_the_system_allows_is_shortened(backups, tmp_path):
    for name, end in (("n" * 251 + ".txt", "n.txt"), ("长" * 84 + ".md", "长.md"), ("x" * 255, "x"), ("." * 255, ".")):
        backups.put(tmp_path / name, b"text", NOON)
        assert contents(backups, tmp_path / name) == [b"text"]
        assert backups.of(tmp_path / name)[0].path.name.endswith(end)


def test_old_ones_go_and_what_a_kill_left_half_written_too(backups, tmp_path):
    file = tmp_path / "a.txt"
    for number in range(60):
        backups.put(file, b"%d" % number, NOON + 60 * number)
    half = backups.place(file) / ".000061 half.123456789abc.part"
    half.write_bytes(b"ha")
    backups.put(file, b"now", NOON + 3 * DAY)
    assert not half.exists()
    kept = contents(backups, file)
    assert kept[:LATEST] == [b"now", *(b"%d" % number for number in range(59, 59 - LATEST + 1, -1))]
    assert len(kept) == LATEST


def test_what_is_no_backup_is_left_alone(backups, tmp_path):
    file = tmp_path / "a.txt"
    backups.put(file, b"text", NOON)
    for name in ("mine.txt", "000001 2026-13-45 25.61.61Z a.txt"):
        (backups.place(file) / name).write_bytes(b"mine")
    (backups.folder / "mine").write_bytes(b"mine")
    backups.put(file, b"new", NOON + DAY)
    assert contents(backups, file) == [b"new", b"text"]
    assert backups.files() == [file]


def test_they_follow_a_file_and_a_folder_that_are_moved(backups, tmp_path):
    backups.put(tmp_path / "part" / "a.txt", b"a", NOON)
    backups.put(tmp_path / "part" / "deep" / "b.txt", b"b", NOON)
    backups.put(tmp_path / "partial.txt", b"c", NOON)
    backups.follow(tmp_path / "part", tmp_path / "book")
    backups.follow(tmp_path / "book" / "a.txt", tmp_path / "book" / "z.txt")
    moved = [tmp_path / "book" / "deep" / "b.txt", tmp_path / "book" / "z.txt", tmp_path / "partial.txt"]
    assert backups.files() == moved
    assert [contents(backups, file) for file in moved] == [[b"b"], [b"a"], [b"c"]]
    backups.put(moved[1], b"a2", NOON + 1)
    assert contents(backups, moved[1]) == [b"a2", b"a"]


def test_they_are_not_mixed_with_those_of_a_file_that_was_there_before(backups, tmp_path):
    old, new = tmp_path / "a.txt", tmp_path / "b.txt"
    backups.put(old, b"a", NOON)
    backups.put(new, b"b", NOON)
    backups.follow(old, new)
    assert (contents(backups, old), contents(backups, new)) == ([b"a"], [b"b"])


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the super-user may write everywhere")
def test_a_read_only_folder_has_its_sentence(backups, tmp_path):
    backups.folder.mkdir()
    backups.folder.chmod(0o500)
    with pytest.raises(StorageError, match="may not be written: change its permissions"):
        backups.put(tmp_path / "a.txt", b"text", NOON)


def test_something_in_the_way_has_its_sentence(backups, tmp_path):
    backups.folder.write_text("a file where the folder should be")
    with pytest.raises(StorageError, match=r"No backup of a\.txt is kept, for .*: look at "):
        backups.put(tmp_path / "a.txt", b"text", NOON)
    assert backups.of(tmp_path / "a.txt") == []


def test_beside_the_file_they_are_plain_files_that_go_along_with_it(tmp_path):
    backups, file = Backups(tmp_path / "data", beside=True), tmp_path / "book" / "a.txt"
    file.parent.mkdir()
    for number in range(2):
        backups.put(file, b"%d" % number, NOON + number)
    assert contents(backups, file) == [b"1", b"0"]
    assert {each.path.parent for each in backups.of(file)} == {tmp_path / "book" / "a.txt.backups"}
    assert backups.files() == [file]
    backups.follow(file, file.with_name("b.txt"))  # one file was renamed
    assert [path.name for path in file.parent.iterdir()] == ["b.txt.backups"]
    file.parent.rename(tmp_path / "novel")  # and then the folder, with all that is in it
    backups.follow(tmp_path / "book", tmp_path / "novel")
    assert backups.files() == [tmp_path / "novel" / "b.txt"]
    assert contents(backups, tmp_path / "novel" / "b.txt") == [b"1", b"0"]
    if os.name == "posix":
        assert (tmp_path / "novel" / "b.txt.backups").stat().st_mode & 0o777 == 0o700


def test_those_in_the_other_place_count_and_stay(backups, tmp_path):
    file = tmp_path / "a.txt"
    backups.put(file, b"apart", NOON)
    backups.beside = True
    backups.put(file, b"apart", NOON + 1)  # the same as the latest
    backups.put(file, b"beside", NOON + 2)
    backups.beside = False
    backups.put(file, b"again", NOON + 3)
    assert contents(backups, file) == [b"again", b"beside", b"apart"]
    assert [each.number for each in backups.of(file)] == [3, 2, 1]
    for number in range(4, 60):
        backups.put(file, b"%d" % number, NOON + DAY * number)
    assert b"beside" not in contents(backups, file)
    assert list((tmp_path / "a.txt.backups").iterdir()) == []


def test_what_is_forgotten_goes_from_both_places_and_nothing_else_does(backups, tmp_path):
    file, mine = tmp_path / "a.txt", tmp_path / "a.txt.backups" / "mine.txt"
    backups.put(file, b"apart", NOON)
    backups.beside = True
    backups.put(file, b"beside", NOON + 2)
    mine.write_bytes(b"mine")
    backups.forget(file)
    assert (contents(backups, file), backups.files()) == ([], [])
    assert list(mine.parent.iterdir()) == [mine]
    mine.unlink()
    backups.put(file, b"new", NOON + 3)
    backups.forget(file)
    assert not mine.parent.exists()


def test_what_is_in_the_way_beside_a_file_has_its_sentence(tmp_path):
    backups = Backups(tmp_path / "data", beside=True)
    (tmp_path / "a.txt.backups").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match=r"No backup of a\.txt is kept, for .*: look at "):
        backups.put(tmp_path / "a.txt", b"text", NOON)
    assert (tmp_path / "a.txt.backups").read_text() == "a file where the folder should be"


NOT_ROOT = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the super-user may look everywhere")


@NOT_ROOT
def test_a_folder_beside_the_file_that_only_another_user_may_look_into_is_passed_over(backups, tmp_path):
    file = tmp_path / "a.txt"
    Backups(tmp_path / "theirs", beside=True).put(file, b"theirs", NOON)
    (tmp_path / "a.txt.backups").chmod(0)
    try:
        assert backups.of(file) == []
        backups.put(file, b"mine", NOON + 1)
        assert contents(backups, file) == [b"mine"]
    finally:
        (tmp_path / "a.txt.backups").chmod(0o700)
    assert sorted(contents(backups, file)) == [b"mine", b"theirs"]


@NOT_ROOT
def test_a_latest_one_that_cannot_be_read_is_not_taken_for_the_same(backups, tmp_path):
    file = tmp_path / "a.txt"
    backups.put(file, b"text", NOON)
    backups.of(file)[0].path.chmod(0)
    backups.put(file, b"text", NOON + 1)
    assert [each.number for each in backups.of(file)] == [2, 1]
    assert backups.of(file)[0].path.read_bytes() == b"text"


def test_a_full_disk_has_its_sentence_and_harms_no_other_backup(mount_disk, tmp_path):
    backups = Backups(mount_disk(tmp_path / "disk", "size=300k") / "backups")
    backups.put(tmp_path / "a.txt", b"a" * 200_000, NOON)
    with pytest.raises(StorageError, match="the disk is full: free some space, or save a copy elsewhere"):
        backups.put(tmp_path / "a.txt", b"b" * 200_000, NOON + 1)
    assert contents(backups, tmp_path / "a.txt") == [b"a" * 200_000]
    assert [path.name for path in backups.place(tmp_path / "a.txt").glob(".*")] == []
