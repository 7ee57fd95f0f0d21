import json
import shutil
import sqlite3
from types import SimpleNamespace

import pytest

from engine.store.edits import Change
from engine.store.journal import Journal
from engine.store.notes import notes_of, put_notes, read_notes, recover_notes, stamp_of


@pytest.fixture
def path(tmp_path):
    return tmp_path / "one.db"


def test_notes_are_kept_although_nothing_was_edited(path):
    journal = Journal(path, "Once 😀", {})
    assert notes_of(journal) == ""
    put_notes(journal, "first")
    put_notes(journal, "who is Anna? 😀")
    journal.close()
    again = Journal.load(path)
    assert (notes_of(again), again.last, again.text) == ("who is Anna? 😀", 0, "Once 😀")
    again.close()


def test_notes_are_read_from_a_damaged_journal_if_they_are_whole(path):
    journal = Journal(path, "Once", {})
    put_notes(journal, "kept")
    journal.close()
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE edits")
    connection.close()
    assert recover_notes(path) == "kept"
    path.write_bytes(b"no database at all" * 100)
    assert recover_notes(path) == ""


def test_notes_are_read_while_nobody_has_the_journal(path):
    assert (read_notes(path), path.exists()) == (None, False)
    journal = Journal(path, "Once", {})
    put_notes(journal, "who is Anna? 😀")
    assert read_notes(path) is None  # a window has it
    journal.append([Change(0, 0, "x")])  # and keeps it
    journal.close()
    assert read_notes(path) == "who is Anna? 😀"
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    again = Journal.load(path)
    assert again.text == "xOnce"
    again.close()


def test_a_journal_without_notes_and_what_is_none(path):
    journal = Journal(path, "Once", {})
    journal.append([Change(0, 0, "x")])
    journal.close()
    assert read_notes(path) == ""
    path.write_bytes(b"no database at all" * 100)
    assert read_notes(path) is None


def test_a_journal_that_was_written_has_another_stamp_and_one_that_was_read_has_not(path):
    before = stamp_of(path)
    journal = Journal(path, "Once", {})
    put_notes(journal, "first")
    first = stamp_of(path)
    journal.close()
    closed = stamp_of(path)
    assert len({before, first, closed}) == 3
    read_notes(path)
    assert stamp_of(path) == closed


def test_a_window_that_opens_the_journal_meanwhile_says_itself_what_is_in_it(path, monkeypatch):
    journal = Journal(path, "Once", {})
    put_notes(journal, "first")
    journal.close()
    opened = []

    def loads(value):
        opened.append(Journal.load(path))
        put_notes(opened[0], "second")
        return json.loads(value)

    monkeypatch.setattr("engine.store.notes.json", SimpleNamespace(loads=loads))
    assert read_notes(path) is None
    monkeypatch.undo()
    opened[0].close()
    assert read_notes(path) == "second"


def test_a_log_that_a_kill_left_is_for_the_window_that_opens_the_journal(path, tmp_path):
    journal = Journal(path, "Once", {})
    put_notes(journal, "first")
    left = tmp_path / "left"
    left.mkdir()
    for each in path.parent.glob(f"{path.name}*"):
        shutil.copy(each, left)
    journal.close()
    assert read_notes(left / path.name) is None
    assert (left / f"{path.name}-wal").exists()  # nothing but a lock could have taken it away
    Journal.load(left / path.name).close()
    assert read_notes(left / path.name) == "first"
