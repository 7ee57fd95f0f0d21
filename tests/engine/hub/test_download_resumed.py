"""Downloads that were begun earlier, of what has changed on the hub since then."""

import json

import pytest

from engine.errors import ModelError, NetworkError
from engine.events import Notice
from engine.hub.staging import discard, read_source, staging_folder, unfinished
from engine.paths import downloads_dir, models_dir
from tests.engine.hub.conftest import REPO
from tests.engine.hub.downloading import WEIGHTS, assert_installed, run, weights_asked
from tests.engine.hub.fake_hub import COMMIT


def test_what_a_kill_left_in_the_folder_does_not_reach_the_catalogue(hub, request_for):
    folder = staging_folder(REPO)
    folder.mkdir(parents=True)
    (folder / "source.json.part").write_text("{")
    run(hub, request_for())
    assert not (models_dir() / "tiny/source.json.part").exists()


def test_a_download_of_another_version_starts_anew(hub, request_for, server, files):
    server.faults = [("cut", 50_000), *[503] * 9]
    with pytest.raises(NetworkError):
        run(hub, request_for())
    source = staging_folder(REPO) / "source.json"
    source.write_text(json.dumps({**json.loads(source.read_text()), "commit": "0" * 40}))
    server.faults = []
    said = [event.message for event in run(hub, request_for()) if isinstance(event, Notice)]
    assert len(said) == 1
    assert "starts anew" in said[0]
    assert_installed(files)


def test_what_came_is_not_thrown_away_for_a_version_that_is_newer(hub, request_for, server, files):
    server.faults = [("cut", 50_000), *[503] * 9]
    with pytest.raises(NetworkError):
        run(hub, request_for())
    source = staging_folder(REPO) / "source.json"
    older = json.dumps({**json.loads(source.read_text()), "commit": "0" * 40})
    source.write_text(older)
    server.faults = []
    with pytest.raises(ModelError, match=f"of another version of {REPO} are here: name no version to go on"):
        run(hub, request_for(revision=COMMIT))
    assert source.read_text() == older
    assert (staging_folder(REPO) / WEIGHTS).read_bytes() == files[WEIGHTS][:50_000]


def test_a_model_that_was_renamed_goes_on_by_the_name_it_was_begun_by(hub, request_for, server, files):
    server.renamed["tiny"] = REPO
    server.faults = [("cut", 50_000), *[503] * 9]
    with pytest.raises(NetworkError):
        run(hub, request_for(name="tiny"))
    (begun,) = unfinished()
    assert begun.repo == "tiny"
    server.faults = []
    run(hub, request_for(name=begun.repo))
    assert weights_asked(server)[-1] == "bytes=50000-"
    assert_installed(files)
    assert read_source(models_dir() / "tiny").repo == REPO


def test_a_model_that_was_renamed_is_given_up_by_the_name_it_was_begun_by(hub, request_for, server):
    server.renamed["tiny"] = REPO
    server.faults = [("cut", 50_000), *[503] * 9]
    with pytest.raises(NetworkError):
        run(hub, request_for(name="tiny"))
    discard("tiny")
    assert not downloads_dir().exists()
