import json
import sqlite3

import pytest

from engine.errors import StorageError
from engine.modes import Mode, Request
from engine.store.database import check_free
from engine.store.edits import Change
from engine.store.generation_records import generations_of, put_generation
from engine.store.generations import Generation, Wording
from engine.store.journal import Journal
from tests.engine.store.kept_generations import OLD

# As Penwright made them before it kept each text once.
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE edits (
    number INTEGER PRIMARY KEY, at REAL NOT NULL, origin TEXT NOT NULL, position INTEGER NOT NULL,
    removed BLOB NOT NULL, inserted BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE snapshots (edit INTEGER PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE versions (
    number INTEGER PRIMARY KEY, edit INTEGER NOT NULL, at REAL NOT NULL, reason TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE saves (
    number INTEGER PRIMARY KEY, edit INTEGER NOT NULL, at REAL NOT NULL, digest TEXT NOT NULL, done INTEGER NOT NULL);
"""
GENERATIONS = """
CREATE TABLE generations (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, edit INTEGER NOT NULL, at REAL NOT NULL,
    record TEXT NOT NULL);
"""
NOVEL = "".join(f"Line {number} of a long story.\n" for number in range(4000))
MADE = [
    Generation(
        f"{number}",
        Request(Mode.WRITE, f"{NOVEL}{number}", memory="A king."),
        (
            Wording(" there", 7, 0, 1, "story-en", "abc", "story"),
            Wording(" thing", 8, parent=0, offset=3, request=Request(Mode.WRITE, f"{NOVEL}{number} th")),
        ),
        1,
        3,
        9,
        1,
    )
    for number in range(20)
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "one.db"


def old_database(path, version):
    """Make a database of version 1 or 2 with an edit and, in version 2, generations that hold the whole text each."""
    journal = Journal(path, "Once 😀", {})
    journal.append([Change(0, 0, "abc")])
    journal.close()
    new = sqlite3.connect(path)
    rows = {table: new.execute(f"SELECT * FROM {table}").fetchall() for table in ("meta", "edits", "snapshots")}
    new.close()
    path.unlink()
    connection = sqlite3.connect(path)
    connection.executescript(f"{TABLES}{GENERATIONS if version > 1 else ''} PRAGMA user_version = {version};")
    for table, found in rows.items():
        connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(found[0]))})", found)
    if version > 1:
        records = [(each.key, 1, 0.0, json.dumps(each.to_json())) for each in MADE]
        records += [("old", 1, 0.0, OLD), ("damaged", 1, 0.0, '{"request": ')]
        connection.executemany("INSERT INTO generations (key, edit, at, record) VALUES (?, ?, ?, ?)", records)
    connection.commit()
    connection.close()


def version_of(path):
    connection = sqlite3.connect(path)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return version


def without_the_damaged(path):
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM generations WHERE key = 'damaged'")
    connection.commit()
    connection.close()


def test_a_journal_of_the_first_version_is_brought_up_to_date(path):
    old_database(path, 1)
    found = Journal.load(path)
    assert (found.text, generations_of(found)) == ("abcOnce 😀", [])
    put_generation(found, MADE[0])
    assert generations_of(found) == MADE[:1]
    found.close()


def test_generations_with_whole_texts_come_along_and_take_little_from_then_on(path):
    old_database(path, 2)
    without_the_damaged(path)
    size = path.stat().st_size
    assert size > 20 * len(NOVEL)
    journal = Journal.load(path)
    found = generations_of(journal)
    assert found[:-1] == MADE
    assert (found[-1].request.text, found[-1].wordings[0].model) == ("Once", "story-en")
    assert (journal.text, journal.text_at(0)) == ("abcOnce 😀", "Once 😀")
    journal.close()
    assert path.stat().st_size < size / 10
    again = Journal.load(path)
    assert generations_of(again) == found
    again.close()


def test_a_damaged_record_keeps_no_document_from_being_opened(path):
    old_database(path, 2)
    journal = Journal.load(path)
    assert journal.text == "abcOnce 😀"
    journal.close()
    without_the_damaged(path)
    journal = Journal.load(path)
    assert generations_of(journal)[:-1] == MADE
    journal.close()


def test_an_upgrade_that_fails_changes_nothing(path):
    old_database(path, 2)
    without_the_damaged(path)
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TRIGGER full BEFORE UPDATE ON generations WHEN old.key = '9' BEGIN SELECT raise(FAIL, 'no room'); END;"
    )
    connection.close()
    with pytest.raises(StorageError, match="no room"):
        Journal.load(path)
    assert version_of(path) == 2
    connection = sqlite3.connect(path)
    kept = dict(connection.execute("SELECT key, record FROM generations"))
    connection.execute("DROP TRIGGER full")
    connection.close()
    assert all(Generation.from_json(each.key, 1, json.loads(kept[each.key])) == each for each in MADE)
    journal = Journal.load(path)
    assert generations_of(journal)[:-1] == MADE
    journal.close()


def test_to_look_whether_a_journal_is_free_changes_nothing(path):
    old_database(path, 2)
    check_free(path)
    assert version_of(path) == 2
