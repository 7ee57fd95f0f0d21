import pytest

from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.store.edits import Change
from engine.store.generations import Generation, Wording
from engine.store.journal import Journal

FIRST = Generation(
    key="first",
    request=Request(Mode.WRITE, "Once", params=SamplingParams(seed=7, temperature=0.5), variants=2, memory="A king."),
    wordings=(Wording(" upon", 7, 0, 2), Wording(" there 😀", 8, 1, 2)),
    current=1,
    start=4,
    end=13,
    model="story-en",
    fingerprint="abc",
    preset="story",
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "one.db"


def test_generations_outlive_the_journal_in_the_order_in_which_they_began(path):
    journal = Journal(path, "Once", {})
    journal.append([Change(4, 0, " there 😀")])
    journal.put_generation(FIRST)
    journal.append([Change(0, 0, "x")])
    second = Generation("second", FIRST.request, (), -1, 0, 0)
    journal.put_generation(second)
    more = Generation("first", FIRST.request, (*FIRST.wordings, Wording(" more")), 2, 5, 10)
    journal.put_generation(more)
    journal.close()
    found = Journal.load(path).generations()
    assert [(each.key, each.edit) for each in found] == [("first", 2), ("second", 2)]
    assert found[0].wordings[-1] == Wording(" more")
    assert found[0].request == FIRST.request


def test_a_generation_survives_its_json():
    assert Generation.from_json("first", 0, FIRST.to_json()) == FIRST
