import json

import pytest
from huggingface_hub import close_session

from engine.errors import ModelError, NetworkError, SettingsError
from engine.hub.client import Hub
from engine.hub.request import Connection
from tests.engine.hub.conftest import REPO
from tests.engine.hub.fake_hub import COMMIT

ODD = [
    5,
    [5],
    {},
    {"id": REPO, "tags": 5},
    {"id": REPO, "tags": [5]},
    {"id": REPO, "safetensors": {"total": 1}},
    {"id": REPO, "lastModified": "yesterday"},
    {"id": "../evil"},
    {"id": 5},
]
ODD_FILES = [
    {"id": REPO, "cardData": {"language": 5}},
    {"id": REPO, "siblings": [{"rfilename": 5}]},
    {"id": REPO, "siblings": [{"rfilename": "config.json", "size": -1}]},
    {"id": REPO, "siblings": [{"rfilename": "config.json", "size": "2"}]},
    {"id": REPO, "siblings": [5]},
]


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


@pytest.mark.parametrize("config", [b"[" * 100_000, b'{"model_type": ' + b"[" * 500 + b"]" * 500 + b"}", b"[1]", b"{"])
def test_a_configuration_that_is_none_is_left_out_of_the_details(hub, server, config):
    server.repos[REPO].files["config.json"] = config
    assert hub.details(REPO).config == {}


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


BAD_ADDRESSES = [
    "huggingface.co",
    "file:///etc",
    "http://",
    "http://h:abc",
    "http://h:0",
    "http://h:99999",
    "http://[::1",
]


@pytest.mark.parametrize("address", [*BAD_ADDRESSES, "http://a b", "socks5://h:1"])
def test_addresses_are_checked(address):
    with pytest.raises(SettingsError, match="no web address"):
        Connection(address)
    with pytest.raises(SettingsError, match=r"no web address|is a SOCKS proxy, which is not supported"):
        Connection(proxy=address)


@pytest.mark.parametrize(
    "address", ["https://hub.example:8443/mirror", "http://[::1]:80", "http://me:secret@proxy:3128"]
)
def test_addresses_may_have_ports_paths_and_passwords(address):
    assert Connection(address, address).proxy == address


@pytest.mark.parametrize("address", ["socks5://me:secret@proxy:1080", "http://me:secret@proxy:0"])
def test_a_password_in_a_wrong_address_is_not_shown(address):
    with pytest.raises(SettingsError) as said:
        Connection(proxy=address)
    assert "secret" not in str(said.value)


def test_a_proxy_of_the_system_that_is_none_of_http_is_a_sentence(server, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(NetworkError, match="proxy of the system is a SOCKS proxy"):
        Hub(Connection(server.endpoint))
    close_session()


@pytest.mark.parametrize("odd", [*ODD, *ODD_FILES])
def test_answers_about_a_model_in_another_form_are_a_sentence(hub, server, odd):
    server.odd_answer = json.dumps(odd).encode()
    for ask in (hub.repository, hub.details):
        with pytest.raises(NetworkError, match="answers in a form that is not a hub's"):
            ask(REPO)


@pytest.mark.parametrize("odd", ODD)
def test_answers_to_a_search_in_another_form_are_a_sentence(hub, server, odd):
    server.odd_answer = json.dumps([odd] if isinstance(odd, dict) else odd).encode()
    with pytest.raises(NetworkError, match="answers in a form that is not a hub's"):
        hub.search("tiny")


def test_a_token_that_is_none_is_a_sentence(hub, server):
    hub.close()
    with pytest.raises(NetworkError, match="access token holds letters that none has"):
        Hub(Connection(server.endpoint), "tokén").search("tiny")


def test_answers_that_are_no_json_are_a_sentence(hub, server):
    deep = b'[{"id": "a/b", "cardData": ' + b"[" * 500 + b"]" * 500 + b"}]"  # which Python itself reads
    for odd in (b"<html>Sign in to the hotel's network</html>", b"[" * 100_000, b"\xff\xfe", deep):
        server.odd_answer = odd
        with pytest.raises(NetworkError, match="answers in a form that is not a hub's"):
            hub.search("tiny")
