import os
import shutil
import sqlite3
import stat

import pytest

from engine.errors import StorageError
from engine.store.database import JournalDamagedError, JournalLockedError
from engine.store.edits import Change, Origin
from engine.store.journal import Journal
from engine.store.snapshots import EDITS_PER_SNAPSHOT

ABOUT = {"encoding": "utf-8", "bom": False, "newline": "\n"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "documents" / "one.db"


@pytest.fixture
def journal(path):
    made = Journal(path, "Once 😀", ABOUT)
    yield made
    made.close()


def copied(path, folder):
    """Copy a database as a kill would leave it, while its owner still holds it."""
    folder.mkdir()
    for each in path.parent.glob(f"{path.name}*"):
        shutil.copy(each, folder)
    return folder / path.name


def test_nothing_is_written_before_the_first_edit(journal, path):
    assert not path.exists()
    assert journal.append([Change(7, 0, " upon")]) == 1
    assert path.exists()


def test_what_was_appended_is_there_although_nobody_closed(journal, path, tmp_path):
    journal.append([Change(5, 2, "there"), Change(0, 1, "o")])
    journal.append([Change(0, 0, "N", Origin.MODEL)])
    found = Journal.load(copied(path, tmp_path / "copy"))
    assert (found.text, found.last, found.about) == ("Nonce there", 3, ABOUT)
    assert [edit.origin for edit in found.edits(1, 3)] == [Origin.HUMAN, Origin.HUMAN, Origin.MODEL]
    found.close()


def test_every_text_of_the_history_can_be_had(journal):
    texts = [journal.text]
    for number in range(EDITS_PER_SNAPSHOT + 20):
        journal.append([Change(number % 5, 1, str(number))])
        texts.append(journal.text)
    assert all(journal.text_at(number) == texts[number] for number in (0, 1, 499, 500, 501, 519, 520))


def test_only_the_owner_may_read_it(journal, path):
    journal.append([Change(0, 0, "secret")])
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_another_window_cannot_open_it(journal, path):
    journal.append([Change(0, 0, "x")])
    with pytest.raises(JournalLockedError, match="another window"):
        Journal.load(path)


def test_many_saves_keep_few_snapshots_and_every_text(path):
    journal, texts = Journal(path, "", ABOUT), [""]
    for number in range(300):
        texts += [f"{texts[-1][-40:]}{number}", f"{number} "]
        for text in texts[-2:]:
            journal.align(text, Origin.HUMAN)
        journal.begin_save(str(number), ABOUT)
    assert all(journal.text_at(number) == texts[number] for number in range(0, 601, 7))
    journal.close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM snapshots").fetchone()[0] <= 4
    connection.close()


def test_aligning_writes_one_edit_and_only_where_texts_differ(journal):
    journal.append([Change(0, 0, "x")])
    journal.align("xOnce 😀", Origin.OUTSIDE)
    assert journal.last == 1
    journal.align("xOnce 😁", Origin.OUTSIDE)
    assert (journal.text, journal.last) == ("xOnce 😁", 2)


def test_saves_and_versions_are_kept_in_order_whatever_the_clock_says(path):
    times = iter(range(100, 0, -1))
    journal = Journal(path, "", ABOUT, clock=lambda: float(next(times)))
    journal.append([Change(0, 0, "one")])
    journal.begin_save("digest of one", ABOUT)
    journal.end_save()
    journal.append([Change(3, 0, " two")])
    journal.mark("milestone", "Draft")
    journal.begin_save("digest of two", ABOUT)
    assert [(save.edit, save.digest, save.done) for save in journal.saves()] == [
        (2, "digest of two", False),
        (1, "digest of one", True),
    ]
    assert [(each.edit, each.reason, each.name) for each in journal.versions()] == [
        (1, "saved", ""),
        (2, "milestone", "Draft"),
    ]
    assert [journal.text_at(number) for number in range(3)] == ["", "one", "one two"]
    journal.close()
    assert Journal.load(path).text == "one two"


def test_an_edit_outside_the_text_is_refused_and_the_rest_goes_on(journal):
    with pytest.raises(ValueError, match="outside"):
        journal.append([Change(0, 0, "a"), Change(99, 1, "b")])
    journal.align("all of it", Origin.HUMAN)
    assert journal.text_at(journal.last) == "all of it"


@pytest.mark.parametrize("garbage", [b"", b"no database at all" * 100])
def test_what_is_no_database_is_damaged(path, garbage):
    path.parent.mkdir()
    path.write_bytes(garbage)
    with pytest.raises(JournalDamagedError):
        Journal.load(path)


def test_a_row_that_was_tampered_with_is_damage(journal, path):
    journal.append([Change(0, 0, "abc"), Change(0, 1, "")])
    journal.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE edits SET inserted = ? WHERE number = 1", (b"x\0y\0z\0",))
    connection.commit()
    connection.close()
    with pytest.raises(JournalDamagedError, match="damaged"):
        Journal.load(path)


def test_a_journal_of_a_newer_penwright_is_left_alone(journal, path):
    journal.append([Change(0, 0, "abc")])
    journal.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StorageError, match="newer Penwright"):
        Journal.load(path)


def test_a_folder_that_cannot_be_made_is_a_sentence_and_edits_wait(tmp_path):
    (tmp_path / "documents").write_text("in the way")
    journal = Journal(tmp_path / "documents" / "one.db", "", ABOUT)
    with pytest.raises(StorageError, match="not kept as you type"):
        journal.append([Change(0, 0, "a")])
    assert journal.behind
    (tmp_path / "documents").unlink()
    journal.append([Change(1, 0, "b")])
    assert not journal.behind
    assert (journal.text_at(0), journal.text_at(1), journal.text_at(2)) == ("", "a", "ab")
    journal.close()


def test_a_full_disk_is_a_sentence_and_nothing_is_lost(mount_disk, tmp_path):
    small_disk = mount_disk(tmp_path / "disk", "size=256k")
    journal = Journal(small_disk / "one.db", "", ABOUT)
    journal.append([Change(0, 0, "begun. ")])
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(1_000_000))
    written = "".join(f"{number} " for number in range(5_000))
    with pytest.raises(StorageError, match="disk is full"):
        journal.append([Change(7, 0, written)])
    assert journal.behind
    filler.unlink()
    journal.append([Change(0, 0, "After: ")])
    journal.close()
    found = Journal.load(small_disk / "one.db")
    assert found.text == "After: begun. " + written
    found.close()


@pytest.mark.skipif(os.name != "posix", reason="needs mode bits")
def test_a_read_only_database_is_a_sentence(journal, path, monkeypatch):
    journal.append([Change(0, 0, "a")])
    journal._connection.execute("PRAGMA query_only = ON")  # the super-user may write any file
    with pytest.raises(StorageError, match="cannot be written"):
        journal.append([Change(0, 0, "b")])
    journal._connection.execute("PRAGMA query_only = OFF")
    journal.flush()
    assert journal.text_at(2).startswith("ba")
