import random
import time

import pytest

from engine.store.edits import Change
from engine.store.journal import Journal
from engine.store.scrubber import Scrubber


def ask(action):
    return action()


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path / "one.db", "Once. " * 20, {})
    yield made
    made.close()


def test_every_text_is_found_wherever_one_comes_from(journal):
    draw, texts = random.Random(1), [journal.text]
    for number in range(1_300):
        journal.append([Change(draw.randrange(20), draw.randrange(3), f"{number}😀")])
        texts.append(journal.text)
    scrubber = Scrubber(journal, ask)
    for number in [1_300, 1_299, 3, 4, 2, 900, 401, 0, 1_300, *(draw.randrange(1_301) for _ in range(30))]:
        assert scrubber.go(number) == texts[number]
        assert scrubber.at == number
    assert scrubber.go(99_999) == texts[-1]


def test_going_through_a_long_text_is_fluid(tmp_path):
    journal = Journal(tmp_path / "long.db", "The lamp had not been lit. " * 18_500, {})  # 500 kB
    draw = random.Random(2)
    for _ in range(20):
        journal.append([Change(draw.randrange(490_000), 1, "word ") for _ in range(500)])
    scrubber = Scrubber(journal, ask)
    started = time.process_time()
    for number in range(10_000, 9_800, -2):
        scrubber.go(number)
    assert (time.process_time() - started) / 100 < 0.05  # seconds a step
    journal.close()
