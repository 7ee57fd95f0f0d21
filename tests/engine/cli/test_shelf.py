import json
import random

import pytest

from engine.catalog import find_folder
from engine.device import choose_device
from engine.models.families import weights_held
from engine.paths import data_dir, downloads_dir, models_dir
from tests.engine.hub.conftest import REPO, files, server  # noqa: F401 - fixtures
from tests.engine.hub.killing import kill_download
from tests.engine.tiny_models import tiny_causal


def test_a_model_is_found_told_of_fetched_verified_and_removed(cli, server):  # noqa: F811
    hub = ("--endpoint", server.endpoint)
    assert cli("models", "search", "tiny", *hub)[1].startswith(REPO)
    told = cli("models", "info", REPO, *hub)[1]
    assert "apache-2.0" in told
    assert "model.safetensors" in told
    assert "A model for tests." in told
    status, out, error = cli("models", "download", REPO, *hub, "--progress")
    assert (status, out) == (0, "")
    assert "tiny is installed in" in error
    assert "tiny is whole" in cli("models", "verify", "tiny")[1]
    assert cli("models", "rename", "tiny", "novels")[0] == 0
    assert any(line.startswith("novels") for line in cli("models")[1].splitlines())
    assert cli("models", "remove", "novels")[0] == 0
    assert not (models_dir() / "novels").exists()


def test_what_is_not_there_is_a_sentence(cli, server):  # noqa: F811
    status, out, error = cli("models", "download", "writers/none", "--endpoint", server.endpoint)
    assert (status, out) == (1, "")
    assert error == "penwright-cli: The hub has no model writers/none, or it is private: check the name.\n"
    assert cli("models", "search", "x", "--endpoint", "nonsense")[0] == 1


def test_suggestions_and_imports_need_no_network(cli, tmp_path):
    out = cli("models", "suggest", "--task", "summarise", "--json")[1]
    assert all("summarise" in json.loads(line)["tasks"] for line in out.splitlines())
    events = cli("models", "import", tiny_causal(tmp_path / "copied", "llama"), "--json")[1]
    assert json.loads(events.splitlines()[-2])["event"] == "ModelInstalled"


def test_a_folder_is_imported_from_within_by_its_own_name(cli, tmp_path, monkeypatch):
    tiny_causal(tmp_path / "copied", "llama")
    (tmp_path / "copied/deep").mkdir()
    for place, name in (("copied", "."), ("copied/deep", "..")):
        monkeypatch.chdir(tmp_path / place)
        assert cli("models", "import", name)[0] == 0
        assert cli("models", "remove", "copied")[0] == 0


def test_a_killed_download_goes_on_from_its_last_byte(cli, server, files):  # noqa: F811
    server.piece, server.seconds_per_piece = 2_048, 0.02
    kills = kill_download(server, REPO, kills=20, draw=random.Random(3), most=8_000)
    server.seconds_per_piece = 0.0
    assert all(kill.asked_from == kill.had for kill in kills)
    assert [json.loads(line)["repo"] for line in cli("models", "unfinished", "--json")[1].splitlines()] == [REPO]
    assert cli("models", "download", REPO, "--endpoint", server.endpoint)[0] == 0
    assert (models_dir() / "tiny/model.safetensors").read_bytes() == files["model.safetensors"]
    assert not downloads_dir().exists()


def test_a_cancelled_download_leaves_nothing(cli, server):  # noqa: F811
    server.repos[REPO].files["model.safetensors"] += b"more than its header says"
    server.faults = [("wrong", 0)] * 2
    assert "damaged twice" in cli("models", "download", REPO, "--endpoint", server.endpoint)[2]
    assert downloads_dir().exists()
    assert cli("models", "download", REPO, "--cancel")[0] == 0
    assert not downloads_dir().exists()


@pytest.mark.parametrize("name", ["..", ".", "", "a/../.."])
def test_nothing_but_a_download_can_be_cancelled(cli, name):
    precious = data_dir() / "journals/precious.db"
    for path in (precious, downloads_dir() / "writers--tiny/model.safetensors"):
        path.parent.mkdir(parents=True)
        path.touch()
    status, _, error = cli("models", "download", name, "--cancel")
    assert (status, error) == (
        1,
        f'penwright-cli: "{name}" is no model of a hub: write OWNER/NAME, as the hub shows it.\n',
    )
    assert precious.is_file()
    assert (downloads_dir() / "writers--tiny/model.safetensors").is_file()


def test_what_a_model_needs_is_said_for_every_format(cli):
    status, out, _ = cli("models", "fit", "story-en", "--context", "100", "--json")
    found = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert {each["weights"] for each in found} >= {"float32", "bfloat16", "int8", "int4"}
    assert found[0]["weights"] == weights_held(find_folder("story-en"), choose_device())  # as it will be loaded
    assert all(each["context"] == 100 for each in found)
    assert "Fits: it needs" in cli("models", "fit", "story-en")[1]
    assert "no model" in cli("models", "fit", "nonsense")[2]
    assert cli("models", "fit", "story-en", "--context", "-5")[0] == 2
    assert "invalid whole number value" in cli("models", "fit", "story-en", "--variants", "many")[2]
