from dataclasses import replace

import pytest

from engine.events import ModelLoaded, Speed
from engine.modes import Mode, Request
from engine.server import Server
from gui.jobs import Jobs
from gui.measured import MeasuredSpeeds
from gui.settings import Settings
from tests.gui.scripted_engine import ScriptedClient

REQUEST = Request(Mode.WRITE, "Once")


class Sink:
    def on_text(self, variant, text): ...

    def on_event(self, event): ...

    def on_end(self): ...


@pytest.fixture
def write(qapp):
    client, settings = ScriptedClient(), Settings()
    jobs = Jobs(client)
    keeper = MeasuredSpeeds(jobs, settings)

    def run(request, *events):
        jobs.run(request, Sink())
        client.finish(ModelLoaded("story", "CPU", "int8", 0.0), *events)
        return settings.speeds

    run.keeper, run.settings = keeper, settings
    return run


def test_the_speed_of_the_whole_text_is_kept_by_model(write):
    assert write(REQUEST, Speed(20, 30.0), Speed(40, 25.04)) == {"story": 25.0}
    write.settings.rename_model("story", "novels")
    assert write.settings.speeds == {"novels": 25.0}


def test_what_says_little_of_this_machine_is_not_kept(write):
    assert write(REQUEST, Speed(15, 30.0)) == {}
    assert write(replace(REQUEST, variants=3), Speed(60, 90.0)) == {}
    assert write(replace(REQUEST, server=Server("http://studio.example/v1", "big")), Speed(60, 90.0)) == {}
