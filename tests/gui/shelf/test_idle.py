"""Models are unloaded after a rest, whoever had them loaded: a job, a loading ahead, or ghost text."""

import pytest

from engine.events import Finished, ModelLoaded
from engine.modes import Mode, Request
from engine.protocol import Care, Tend
from gui.background import Background
from gui.jobs import Jobs
from gui.settings import Settings
from gui.shelf.care import MachineCare
from tests.gui.scripted_engine import ScriptedClient

LOADED = ModelLoaded("tiny", "cpu", "float32", 0.1)


class Sink:
    """Whoever asked, and does not mind what comes of it."""

    def on_text(self, variant, text):
        """Take no note."""

    def on_event(self, event):
        """Take no note."""

    def on_end(self):
        """Take no note."""


class Desk:
    """The parts that use the engine, and the care that unloads it after five minutes."""

    def __init__(self):
        self.settings = Settings(unload_minutes=5)
        self.engine = ScriptedClient()
        self.jobs = Jobs(self.engine)
        self.background = Background(self.engine, self.jobs)
        self.care = MachineCare(self.engine, self.jobs, self.background, self.settings)

    @property
    def counts(self):
        """Whether the minutes are counted."""
        return self.care._rest.isActive()

    def rest(self):
        """Let the minutes be over."""
        self.care._rest.timeout.emit()
        (tended,) = self.engine.open_jobs.values()
        assert tended == Tend(tended.job, Care.UNLOAD)
        self.care._rest.stop()
        self.engine.finish()


@pytest.fixture
def desk(qapp):
    return Desk()


def test_the_minutes_are_counted_from_the_end_of_a_job(desk):
    desk.jobs.run(Request(Mode.WRITE, "Once"), Sink())
    assert not desk.counts
    desk.engine.finish(LOADED)
    assert desk.counts
    assert desk.care._rest.interval() == 300_000
    desk.rest()
    assert not desk.counts  # nothing is loaded
    desk.jobs.run(Request(Mode.WRITE, "Once"), Sink())
    desk.jobs.stop()
    assert desk.counts


def test_they_are_counted_from_the_end_of_a_loading_ahead(desk):
    desk.jobs.warm(Mode.WRITE, "")
    assert not desk.counts
    desk.care.rest()  # as when the writer chooses another number of minutes
    assert not desk.counts
    desk.engine.finish(LOADED)
    assert desk.counts


def test_they_are_counted_from_the_end_of_ghost_text_which_loads_models_again(desk, qtbot):
    desk.jobs.warm(Mode.WRITE, "")
    desk.engine.finish(LOADED)
    desk.rest()
    desk.background.ask(Request(Mode.COMPLETE, "Once"), Sink())
    qtbot.waitUntil(lambda: bool(desk.engine.open_jobs))
    assert not desk.counts
    desk.engine.finish(LOADED)  # after which the text itself is asked for
    assert desk.engine.requests
    assert not desk.counts
    desk.engine.finish()
    assert desk.counts
    desk.background.ask(Request(Mode.COMPLETE, "Once upon"), Sink())
    qtbot.waitUntil(lambda: bool(desk.engine.open_jobs))
    assert not desk.counts
    desk.background.withdraw(Mode.COMPLETE)  # as typing on does
    assert desk.counts


def test_nothing_is_counted_where_models_are_kept(desk):
    desk.settings.unload_minutes = 0
    desk.jobs.run(Request(Mode.WRITE, "Once"), Sink())
    desk.engine.finish(LOADED)
    assert not desk.counts


def test_a_look_at_the_devices_is_no_use_of_a_model(desk):
    desk.care.look()
    desk.engine.finish()
    assert not desk.counts


def test_an_engine_that_died_holds_no_models(desk):
    desk.jobs.run(Request(Mode.WRITE, "Once"), Sink())
    job = next(iter(desk.engine.open_jobs))
    desk.engine._inbox.close(job)  # as the worker does
    desk.engine._on_died("The engine stopped.")
    assert not desk.counts
    desk.jobs.run(Request(Mode.WRITE, "Once"), Sink())
    desk.engine._on_event(job + 1, Finished())
    assert desk.counts
