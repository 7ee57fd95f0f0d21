from dataclasses import replace

import pytest

from engine.errors import NetworkError
from engine.hub.client import Hub
from engine.hub.files import HubFile
from engine.hub.request import Connection
from engine.hub.transfer import Received, receive
from engine.tries import Waiting
from tests.engine.hub.conftest import REPO
from tests.engine.hub.fake_hub import COMMIT

WEIGHTS = "model.safetensors"


@pytest.fixture
def file(files):
    return HubFile(WEIGHTS, len(files[WEIGHTS]))


def received(hub, file, path, patience=()):
    return list(receive(hub, REPO, COMMIT, file, path, patience))


def test_what_is_missing_is_appended_and_counted(hub, server, file, files, tmp_path):
    path = tmp_path / WEIGHTS
    path.write_bytes(files[WEIGHTS][:1000])
    steps = received(hub, file, path)
    assert sum(step.count for step in steps) == file.size - 1000
    assert path.read_bytes() == files[WEIGHTS]
    assert server.asked == [(WEIGHTS, "bytes=1000-")]
    assert received(hub, file, path) == []


def test_a_server_that_begins_anew_takes_back_what_was_counted(hub, server, file, files, tmp_path):
    path = tmp_path / WEIGHTS
    path.write_bytes(b"x" * 1000)
    server.faults = ["whole"]
    steps = received(hub, file, path)
    assert steps[0] == Received(-1000)
    assert sum(step.count for step in steps) == file.size - 1000
    assert path.read_bytes() == files[WEIGHTS]


def test_no_more_is_written_than_the_file_should_have(hub, file, files, tmp_path):
    path = tmp_path / WEIGHTS
    received(hub, replace(file, size=70_000), path)
    assert path.read_bytes() == files[WEIGHTS][:70_000]


def test_patience_starts_anew_with_every_byte_that_came(hub, server, file, files, tmp_path):
    server.faults = [503, ("cut", 40_000), 503, ("cut", 40_000)]
    steps = received(hub, file, tmp_path / WEIGHTS, patience=(0.001, 0.001))
    assert any(isinstance(step, Waiting) for step in steps)
    assert (tmp_path / WEIGHTS).read_bytes() == files[WEIGHTS]
    server.faults = [503, 503, 503]
    (tmp_path / WEIGHTS).unlink()
    with pytest.raises(NetworkError, match=r"has a fault \(503\)"):
        received(hub, file, tmp_path / WEIGHTS, patience=(0.001, 0.001))


def test_a_pause_that_is_no_number_is_none(hub, server, file, files, tmp_path):
    server.faults = [("pause", "\u00b2")]
    assert received(hub, file, tmp_path / WEIGHTS, patience=(0.001,))
    assert (tmp_path / WEIGHTS).read_bytes() == files[WEIGHTS]


def test_a_token_that_is_none_is_a_sentence(hub, server, file, tmp_path):
    hub.close()
    with pytest.raises(NetworkError, match="access token holds letters"):
        received(Hub(Connection(server.endpoint), "tokén"), file, tmp_path / WEIGHTS)
