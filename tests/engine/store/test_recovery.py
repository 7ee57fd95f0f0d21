import random
import sqlite3

import pytest

from engine.errors import StorageError
from engine.store.edits import Change
from engine.store.journal import Journal
from engine.store.recovery import put_aside, read_copy, recover

ABOUT = {"encoding": "big5", "bom": False, "newline": "\n"}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "one.db"
    journal = Journal(path, "", ABOUT)
    for number in range(40):
        journal.append([Change(0, 0, f"{number} ")])
        if number == 20:
            journal.snapshot()
    journal.close()
    return path


def spoil(path, statement):
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_whole_database_is_recovered_whole(path):
    found = recover(path)
    assert (found.text[:9], found.edits, found.about) == ("39 38 37 ", 40, ABOUT)


def test_the_text_before_the_first_damaged_edit_is_found(path):
    spoil(path, "UPDATE edits SET position = 3 WHERE number = 31")
    assert recover(path).text.startswith("29 28 ")


def test_a_damaged_snapshot_gives_way_to_the_one_before(path):
    spoil(path, "UPDATE snapshots SET text = substr(text, 1, 9) WHERE edit = 21")
    assert recover(path).edits == 40


def test_missing_edits_end_what_is_certain(path):
    spoil(path, "DELETE FROM edits WHERE number = 25")
    assert recover(path).edits == 24


def test_what_is_no_database_holds_nothing(tmp_path):
    path = tmp_path / "one.db"
    path.write_bytes(b"garbage" * 1000)
    assert recover(path) is None


@pytest.mark.parametrize("seed", range(8))
def test_overwritten_pages_never_give_a_text_that_never_was(path, seed):
    texts = {"".join(f"{each} " for each in range(number, -1, -1)) for number in range(-1, 40)}
    data, draw = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(3):
        start = draw.randrange(4096, len(data) - 600)
        data[start : start + 500] = draw.randbytes(500)
    path.write_bytes(data)
    found = recover(path)
    assert found is None or found.text in texts


def test_a_damaged_database_is_put_aside_with_its_log(tmp_path):
    for number in (1, 2):
        (tmp_path / "one.db").write_text(f"database {number}")
        (tmp_path / "one.db-wal").write_text(f"log {number}")
        aside = put_aside(tmp_path / "one.db")
        assert aside.read_text() == f"database {number}"
        assert aside.with_name(aside.name + "-wal").read_text() == f"log {number}"
    assert not list(tmp_path.glob("one.db*"))


def test_a_database_is_read_from_a_copy_with_what_is_in_its_log_only(tmp_path):
    journal = Journal(tmp_path / "one.db", "Once", ABOUT)
    journal.append([Change(4, 0, " more")])
    assert (tmp_path / "one.db-wal").stat().st_size
    found = read_copy(tmp_path / "one.db")
    assert (found.text, found.about, found.edits) == ("Once more", ABOUT, 1)
    journal.append([Change(0, 0, "x")])  # nothing of it is disturbed
    journal.close()


def test_a_database_that_cannot_be_copied_is_a_sentence(tmp_path):
    (tmp_path / "one.db").mkdir()
    with pytest.raises(StorageError, match="cannot be read"):
        read_copy(tmp_path / "one.db")
