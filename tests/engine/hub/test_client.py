import pytest

from engine.errors import ModelError, NetworkError, SettingsError
from engine.hub.client import Hub
from engine.hub.request import Connection
from tests.engine.hub.conftest import REPO
from tests.engine.hub.fake_hub import COMMIT


def test_a_search_asks_for_models_that_can_be_loaded(hub, server, files):
    found = hub.search("tiny", "write")
    assert [model.repo for model in found] == [REPO]
    assert (found[0].licence, found[0].updated, found[0].gated) == ("apache-2.0", "2026-05-01", False)
    assert found[0].size_bytes == pytest.approx(len(files["model.safetensors"]), abs=2)
    (query,) = server.queries
    assert (query["filter"], query["pipeline_tag"], query["sort"]) == (
        ["safetensors"],
        ["text-generation"],
        ["downloads"],
    )


def test_the_hub_learns_nothing_of_this_machine(hub, server):
    hub.search("tiny")
    hub.repository(REPO)
    assert server.agents == {"penwright"}


def test_details_say_what_would_be_fetched(hub, files):
    details = hub.details(REPO)
    assert (details.revision, details.problem, details.languages) == (COMMIT, "", ["en"])
    assert details.card == "# Tiny\n\nA model for tests."
    assert dict(details.files)["model.safetensors"] == len(files["model.safetensors"])
    assert details.files[-1][0] == "model.safetensors"


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("tokenizer.json", "has no tokenizer.json"),
        ("config.json", "not a transformers model"),
    ],
)
def test_details_say_why_a_model_cannot_be_used(hub, server, missing, sentence):
    del server.repos[REPO].files[missing]
    assert sentence in hub.details(REPO).problem


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(429, "asks for a pause"), (401, "refuses the access token"), (500, r"has a fault \(500\)")],
)
def test_what_the_hub_answers_is_a_sentence(hub, server, status, sentence):
    server.api_status = status
    with pytest.raises(NetworkError, match=sentence):
        hub.repository(REPO)


def test_unknown_models_and_missing_hubs_are_sentences(hub):
    with pytest.raises(ModelError, match="no model writers/none"):
        hub.repository("writers/none")
    with pytest.raises(ModelError, match=r"no model \.\./x"):
        hub.repository("../x")
    away = Hub(Connection("http://127.0.0.1:9"))
    with pytest.raises(NetworkError, match="9 does not answer"):
        away.search("tiny")


def test_a_proxy_is_used_for_every_call(hub, server):
    hub.close()
    front = Hub(Connection("http://hub.invalid", proxy=server.endpoint))
    assert [model.repo for model in front.search("tiny")] == [REPO]


@pytest.mark.parametrize("endpoint", ["huggingface.co", "file:///etc"])
def test_addresses_are_checked(endpoint):
    with pytest.raises(SettingsError, match="no web address"):
        Connection(endpoint)
