"""Servers: set up in the models' window, asked for document by document, and said to be elsewhere."""

from dataclasses import replace

from PySide6.QtWidgets import QLineEdit

from engine.modes import Mode
from engine.server import Server
from gui.servers import agree, choices, find_server, forget_server, keep_server, may_leave
from gui.settings import Settings, load_settings, save_settings
from gui.shelf.servers_page import ServersPage
from tests.gui.scripted_engine import ScriptedClient

STUDIO = Server("http://studio:8000/v1", "big-model")
KEPT = {"Studio": {"address": STUDIO.address, "model": STUDIO.model, "chat": True}}


def test_a_server_is_kept_and_offered_as_one(tmp_path):
    settings = Settings()
    keep_server(settings, "Studio", STUDIO)
    save_settings(tmp_path / "settings.json", settings)
    settings, _ = load_settings(tmp_path / "settings.json")
    assert find_server(settings, "server:Studio") == STUDIO
    assert find_server(settings, "story-en") is None
    entry = choices(settings)[-1]
    assert (entry.id, entry.title) == ("server:Studio", "Studio ↗ studio:8000")
    assert "text leaves this machine" in entry.strength
    assert [entry.serves(mode) for mode in (Mode.WRITE, Mode.TRANSLATE, Mode.VARY)] == [True, True, False]


def test_damaged_settings_are_no_server():
    settings = Settings(servers={"a": 3, "b": {"address": "nonsense", "model": "m", "chat": True}})
    assert find_server(settings, "server:a") is None
    assert not any(entry.id.startswith("server:") for entry in choices(settings))


def test_agreement_is_for_one_document_and_one_server_as_it_was():
    settings = Settings(servers=dict(KEPT))
    agree(settings, "server:Studio", "/a.md")
    assert may_leave(settings, "server:Studio", "/a.md")
    assert not may_leave(settings, "server:Studio", "/b.md")
    keep_server(settings, "Studio", Server("http://elsewhere:1/v1", "m"))
    assert not may_leave(settings, "server:Studio", "/a.md")
    forget_server(settings, "Studio")
    assert settings.servers == {}


def test_a_page_sets_servers_up(qtbot):
    settings = Settings()
    page = ServersPage(settings)
    qtbot.addWidget(page)
    page.name.setText("Studio")
    page.address.setText("studio:8000")
    page.keep.click()
    assert "no address of a server" in page.warning.sentence
    page.address.setText(STUDIO.address)
    page.model.setText(STUDIO.model)
    page.key.setText("secret")
    with qtbot.waitSignals([page.changed, page.key_given]):
        page.keep.click()
    assert settings.servers == KEPT
    assert page.key.text() == ""
    assert page.key.echoMode() is QLineEdit.EchoMode.Password
    page.forget.click()
    assert settings.servers == {}
    assert not page.forget.isEnabled()


def test_a_server_that_continues_texts_scores_those_that_may_leave(open_window, tmp_path):
    client = ScriptedClient()
    kept = {"Studio": {**KEPT["Studio"], "chat": False}}
    window = open_window("It rained.", tmp_path / "one.md", client, servers=kept, complete=False)
    parts = window.parts
    parts.write.controls.choose_model("server:Studio")
    client.open_jobs.clear()
    parts.commands["surprise"].trigger()
    (request,) = client.requests
    assert (request.mode, request.server) == (Mode.SURPRISE, None)
    parts.commands["surprise"].trigger()
    agree(parts.settings, "server:Studio", str(tmp_path / "one.md"))
    parts.commands["surprise"].trigger()
    (request,) = client.requests
    assert (request.mode, request.server) == (Mode.SURPRISE, replace(STUDIO, chat=False))


def test_tools_stay_with_models_on_this_machine(open_window):
    window = open_window("It rained.", servers=dict(KEPT))
    window.parts.write.controls.choose_model("server:Studio")
    assert window.parts.write.controls.model == ""
