import sqlite3

import pytest

from engine.store.journal import Journal
from engine.store.notes import notes_of, put_notes, recover_notes


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
