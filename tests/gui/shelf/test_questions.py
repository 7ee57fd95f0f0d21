"""A password in the addresses of old settings goes from there into the keyring, once."""

import dataclasses
import json

from engine.hub.request import Connection, HubAction
from gui.settings import Settings, load_settings
from gui.shelf.questions import Questions
from tests.gui.scripted_engine import ScriptedClient
from tests.gui.shelf.using_shelf import asked

PATIENCE = 60_000  # milliseconds


class Client(ScriptedClient):
    """An engine that is there without being started."""

    def start(self):
        """Start nothing: the test speaks."""


def test_an_old_password_is_brought_over_once(tmp_path, qtbot):
    old = tmp_path / "settings.json"
    old.write_text(json.dumps({"hub_proxy": "http://me:secret@proxy:3128"}), "utf-8")
    settings, damage = load_settings(old)
    assert damage == ""
    client = Client()
    questions = Questions(client)
    questions.bring_over(settings)
    request = asked(client)
    assert (request.action, request.name) == (HubAction.PROXY_PASSWORD, "secret")
    assert request.connection == Connection(proxy="http://me@proxy:3128")
    assert settings.hub_proxy == "http://me@proxy:3128"
    assert "secret" not in json.dumps(dataclasses.asdict(settings))
    client.finish()
    questions.bring_over(settings)
    assert client.open_jobs == {}


def test_the_passwords_of_hub_and_proxy_are_both_brought_over(qtbot):
    client = Client()
    settings = Settings(hub_endpoint="https://me:mine@mirror", hub_proxy="http://me:secret@proxy")
    Questions(client).bring_over(settings)
    assert (settings.hub_endpoint, settings.hub_proxy) == ("https://me@mirror", "http://me@proxy")
    requests = [command.request for command in client.open_jobs.values()]
    assert [(each.action, each.name) for each in requests] == [
        (HubAction.PROXY_PASSWORD, "secret"),
        (HubAction.HUB_PASSWORD, "mine"),
    ]
    assert requests[1].connection == Connection("https://me@mirror")


def test_nothing_is_asked_without_a_password_or_for_what_is_no_proxy(qtbot):
    client = Client()
    for address, kept in (("", ""), ("http://me@proxy", "http://me@proxy"), ("socks5://me:pw@h", "socks5://me@h")):
        settings = Settings(hub_proxy=address)
        Questions(client).bring_over(settings)
        assert settings.hub_proxy == kept
    assert client.open_jobs == {}


def test_a_window_on_old_settings_says_where_there_is_no_keyring(open_window, qtbot, monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")  # nobody's own is asked
    window = open_window(hub_proxy="http://me:secret@proxy:3128")
    qtbot.waitUntil(lambda: "password of the proxy was not kept" in window.parts.messages.sentence, timeout=PATIENCE)
    assert "no keyring" in window.parts.messages.sentence
    window.close()
    kept = (tmp_path / "settings.json").read_text("utf-8")
    assert "http://me@proxy:3128" in kept
    assert "secret" not in kept
