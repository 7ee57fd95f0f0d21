import json
import sqlite3
from dataclasses import replace

import pytest

from engine.modes import LoreEntry, Mode, Request
from engine.store.database import JournalDamagedError
from engine.store.edits import Change
from engine.store.generation_records import generations_of, put_generation
from engine.store.generations import Generation, Wording
from engine.store.journal import Journal
from tests.engine.store.kept_generations import FIRST

NOVEL = "".join(f"Line {number} of a long story.\n" for number in range(20_000))
REQUEST = {"mode": "write", "text": "Once"}
DAMAGED = [
    "{",
    "[]",
    json.dumps({"request": REQUEST}),
    json.dumps({"request": {"text": "Once"}, "wordings": []}),
    json.dumps({"request": REQUEST | {"params": {"colour": 1}}, "wordings": []}),
    json.dumps({"request": REQUEST, "wordings": [" upon"]}),
    json.dumps({"request": REQUEST, "wordings": [{"text": "", "parent": 7, "offset": 1, "request": REQUEST}]}),
    json.dumps({"request": REQUEST, "wordings": []}),
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "one.db"


def test_generations_outlive_the_journal_in_the_order_in_which_they_began(path):
    journal = Journal(path, "Once", {})
    assert generations_of(journal) == []
    journal.append([Change(4, 0, " there 😀")])
    put_generation(journal, FIRST)
    journal.append([Change(0, 0, "x")])
    second = Generation("second", FIRST.request, (), -1, 0, 0)
    put_generation(journal, second)
    more = Generation("first", FIRST.request, (*FIRST.wordings, Wording(" more")), 2, 5, 10)
    put_generation(journal, more)
    journal.close()
    found = generations_of(Journal.load(path))
    assert [(each.key, each.edit) for each in found] == [("first", 2), ("second", 2)]
    assert found[0].wordings == more.wordings
    assert found[0].request == FIRST.request


def long_generations(count):
    """Return generations in a growing novel, with branches, long memories, and characters of every width."""
    text = NOVEL
    for number in range(count):
        text += f" Then 😀 \ud800 {number}."
        head = Wording(" was", 3)
        # What stands before a branch was changed since; memory and lore are as long as texts.
        asked = Request(Mode.WRITE, "Once, " + text, memory="M" * 3000, lore=(LoreEntry(("Anna",), "L" * 3000),))
        branch = Wording(" was not", 4, parent=0, offset=2, request=asked)
        same = Wording(" was it", 5, parent=0, offset=4, request=Request(Mode.WRITE, text + " was", memory="short"))
        yield Generation(f"{number}", Request(Mode.WRITE, text), (head, branch, same), 0, 1, 5)


def test_the_text_before_the_caret_comes_back_to_the_character(path):
    made = list(long_generations(3))
    journal = Journal(path, "", {})
    for each in made:
        put_generation(journal, each)
    journal.close()
    found = generations_of(Journal.load(path))
    assert [replace(each, edit=0) for each in found] == made


def test_a_generation_in_a_long_text_takes_little(path):
    journal = Journal(path, "", {})
    sizes = []
    for each in long_generations(30):
        put_generation(journal, each)
        journal.checkpoint()
        sizes.append(path.stat().st_size)
    journal.close()
    assert len(NOVEL) > 500_000
    assert sizes[0] < len(NOVEL)
    assert (path.stat().st_size - sizes[0]) / 29 < 20_000


def damaged(path, statement, *values):
    journal = Journal(path, "", {})
    put_generation(journal, next(long_generations(1)))
    journal.close()
    connection = sqlite3.connect(path)
    connection.execute(statement, values)
    connection.commit()
    connection.close()
    return Journal.load(path)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("DELETE FROM texts WHERE number = 1", ()),
        ("DELETE FROM pieces WHERE number = 2", ()),
        ("UPDATE pieces SET text = ? WHERE number = 2", (b"no compressed text",)),
        *(("UPDATE generations SET record = ?", (record,)) for record in DAMAGED),
    ],
)
def test_a_text_that_is_not_whole_is_damage_and_the_journal_goes_on(path, statement, values):
    journal = damaged(path, statement, *values)
    with pytest.raises(JournalDamagedError, match="part of the history"):
        generations_of(journal)
    journal.append([Change(0, 0, "on")])
    assert journal.text == "on"
    journal.close()


def test_no_long_text_stays_in_a_record(path):
    journal = damaged(path, "SELECT 1")
    with journal.reading() as connection:
        assert connection is not None
        ((record,),) = connection.execute("SELECT record FROM generations").fetchall()
    assert len(record) < 10_000
    assert json.loads(record)["wordings"][2]["request"]["memory"] == "short"
    journal.close()
