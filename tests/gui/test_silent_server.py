"""A stop while a server says nothing costs the engine neither its life nor its models."""

import pytest

from engine.events import Finished, Progress
from engine.modes import Mode, Request
from engine.params import SamplingParams
from gui.engine_client import EngineClient
from tests.engine.remote.fake_server import fake_server

PATIENCE = 60_000  # milliseconds


@pytest.fixture
def client(qapp, monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")  # nobody's own is asked
    made = EngineClient(device="cpu")
    made.start()
    yield made
    made.shutdown()


def test_the_engine_lives_on(client, qtbot):
    events, started = [], []
    client.event_received.connect(lambda job, event: events.append((job, event)))
    client.engine_ready.connect(lambda _device: started.append(True))
    qtbot.waitUntil(lambda: client.process_id != 0, timeout=PATIENCE)
    with fake_server() as fake:
        fake.silent = "POST"
        params = SamplingParams(seed=1)
        job = client.submit(Request(Mode.WRITE, "Once", params, server=fake.server()))
        qtbot.waitUntil(lambda: any(isinstance(event, Progress) for _, event in events), timeout=PATIENCE)
        client.stop(job)
        assert fake.left.wait(10)
        after = client.submit(Request(Mode.SUMMARISE, "It rained. It poured. It was wet."))
        qtbot.waitUntil(lambda: (after, Finished()) in events, timeout=PATIENCE)
    assert len(started) == 1  # by the test, and never again
