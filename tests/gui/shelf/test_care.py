"""The care for the engine goes on after the engine died."""

from dataclasses import replace

import pytest

from engine.amounts import size_words
from engine.events import DeviceFound, Failed, Progress
from engine.fit import Verdict, need_of
from engine.model_shape import ModelShape
from engine.protocol import Care
from gui.background import Background
from gui.jobs import Jobs
from gui.settings import Settings
from gui.shelf.care import MachineCare
from gui.shelf.machine_page import MachinePage
from tests.gui.scripted_engine import ScriptedClient

DEVICE = DeviceFound("cpu", "CPU, float32", "float32", "No GPU was found.", True, 8_000_000, 16_000_000)
GB = 1_000_000_000
SHAPE = ModelShape(7 * GB, layers=32, cache=65_536, hidden=4096, vocab=32_000, window=4096)
DIED = "The engine stopped unexpectedly and was started again."


@pytest.fixture
def engine():
    return ScriptedClient()


@pytest.fixture
def care(engine):
    jobs = Jobs(engine)
    return MachineCare(engine, jobs, Background(engine, jobs), Settings())


@pytest.fixture
def page(care, qtbot):
    made = MachinePage(care, Settings())
    qtbot.addWidget(made)
    return made


def die(engine):
    engine.open_jobs.clear()
    engine.engine_died.emit(DIED)


def asked(engine):
    return [tended.care for tended in engine.open_jobs.values()]


def test_it_asks_again_once_the_engine_died(engine, care):
    for act in (care.look, care.measure, care.unload):
        act()
        act()
        assert len(asked(engine)) == 1  # the same is asked once at a time
        die(engine)
        act()
        assert len(asked(engine)) == 1
        die(engine)
    care.look()
    assert asked(engine) == [Care.DEVICES]


def test_what_was_found_until_then_is_not_mixed_with_what_is_found_later(engine, care):
    care.look()
    engine.say(DEVICE)
    die(engine)
    care.look()
    engine.finish(DEVICE)
    assert care.devices == [DEVICE]


@pytest.mark.parametrize("ends", [die, lambda engine: engine.say(Failed(DIED))], ids=["died", "failed"])
def test_it_is_said_why_there_is_no_answer_and_nothing_is_waited_for(engine, care, page, qtbot, ends):
    page.show()
    care.measure()
    engine.say(Progress(1, 2, "seconds", "Measuring"))
    assert page.state.text() == "Measuring"
    with qtbot.waitSignal(care.failed) as failed:
        ends(engine)
    assert failed.args == [DIED]
    assert page.state.isHidden()


def test_a_death_that_answers_nothing_asked_is_not_told_here(engine, care, qtbot):
    with qtbot.assertNotEmitted(care.failed):
        die(engine)


def sizes(line):
    """Return what is said of each format."""
    return dict(part.split(" bits ") for part in line.removeprefix("Held otherwise: ").rstrip(".").split(", "))


def test_what_other_formats_need_is_said_and_which_do_not_fit(engine, care):
    assert care.otherwise(SHAPE) == ""  # the engine has not answered yet
    care.look()
    engine.finish(replace(DEVICE, weights="int8", free_bytes=12 * GB, copies=False))
    said = sizes(care.otherwise(SHAPE))
    assert list(said) == ["32", "16", "4"]
    assert said["32"].endswith("GB (does not fit)")
    assert said["4"] == size_words(need_of(SHAPE, "int4", 4096, copied=False).total)
    assert care.otherwise(replace(SHAPE, file_bytes=4 * GB)) == ""  # a GGUF file has but its own


def test_a_second_form_of_4_bits_is_counted_only_where_the_engine_makes_one(engine, care):
    for copies, verdict in ((True, Verdict.NO), (False, Verdict.GOOD)):
        care.look()
        engine.finish(replace(DEVICE, weights="int4", free_bytes=9 * GB, copies=copies))
        found, _ = care.fit(SHAPE)
        assert (found.weights, found.verdict) == ("int4", verdict)
