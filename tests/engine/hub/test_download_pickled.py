"""Downloads of models whose weights are pickled, which are converted here."""

import pytest
import torch
from safetensors.torch import load

from engine.errors import ModelError, StorageError
from engine.events import ModelInstalled, Notice
from engine.hub.files import fetched_files
from engine.hub.staging import Source, discard, staging_folder, write_source
from engine.library import own_model, verify_model
from engine.paths import downloads_dir, models_dir
from tests.engine.hub.conftest import REPO
from tests.engine.hub.downloading import run


def test_pickled_weights_are_converted_once_they_are_here(hub, request_for, pickled):
    details = hub.details(REPO)
    assert details.pickled
    assert not details.problem
    assert run(hub, request_for())[-2] == ModelInstalled("tiny", str(models_dir() / "tiny"))
    found = load((models_dir() / "tiny/model.safetensors").read_bytes())
    assert found.keys() == pickled.keys()
    assert all(torch.equal(found[name], pickled[name]) for name in found)
    assert not list((models_dir() / "tiny").glob("*.bin*"))
    assert not downloads_dir().exists()
    list(verify_model(own_model("tiny")))


def test_pickled_weights_that_are_programs_reach_nothing(hub, request_for, server, pickled):
    server.repos[REPO].files["pytorch_model.bin"] = b"a pickle"
    with pytest.raises(ModelError, match="were not converted"):
        run(hub, request_for())
    assert not models_dir().exists()
    discard(REPO)
    assert not downloads_dir().exists()


@pytest.mark.parametrize("noted", [pytest.param(True, id="its list too"), pytest.param(False, id="its list not yet")])
def test_a_download_that_ended_after_the_conversion_goes_on_from_it(noted, hub, request_for, server, pickled):
    models_dir().parent.mkdir(parents=True, exist_ok=True)
    models_dir().write_text("in the way")
    with pytest.raises(StorageError, match="could not be put"):
        run(hub, request_for())
    if not noted:
        found, folder = hub.repository(REPO, ""), staging_folder(REPO)
        write_source(folder, Source(found.repo, found.commit, tuple(fetched_files(found.files, REPO))))
        (folder / "pytorch_model.bin").write_bytes(b"not deleted yet")
    models_dir().unlink()
    server.asked.clear()
    events = run(hub, request_for())
    assert not [event for event in events if isinstance(event, Notice)]
    assert server.asked == []
    assert load((models_dir() / "tiny/model.safetensors").read_bytes()).keys() == pickled.keys()
    assert not (models_dir() / "tiny/pytorch_model.bin").exists()
    list(verify_model(own_model("tiny")))
