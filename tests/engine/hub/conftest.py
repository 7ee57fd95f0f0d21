import pytest
import torch
from huggingface_hub import close_session
from safetensors.torch import load

from engine.hub.client import Hub
from engine.hub.request import Connection, HubAction, HubRequest
from tests.engine.hub.fake_hub import FakeRepo, fake_hub, model_files

REPO = "writers/tiny"


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    return model_files(tmp_path_factory.mktemp("hub") / "tiny", padding=300_000)


@pytest.fixture
def server(files):
    with fake_hub({REPO: FakeRepo(dict(files)), "writers/other": FakeRepo(dict(files), task="translation")}) as running:
        yield running


@pytest.fixture
def pickled(server, tmp_path):
    """Have the server's model hold pickled weights alone; return its safetensors."""
    held = server.repos[REPO].files
    weights = load(held.pop("model.safetensors"))
    torch.save(weights, tmp_path / "pytorch_model.bin")
    held["pytorch_model.bin"] = (tmp_path / "pytorch_model.bin").read_bytes()
    return weights


@pytest.fixture
def hub(server):
    made = Hub(Connection(server.endpoint))
    yield made
    made.close()
    close_session()


@pytest.fixture
def request_for(server):
    """Build requests to the server."""

    def build(action=HubAction.DOWNLOAD, name=REPO, **others):
        return HubRequest(action, name, connection=Connection(server.endpoint), **others)

    return build
