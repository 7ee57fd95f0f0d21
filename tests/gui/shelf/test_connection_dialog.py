"""The way to the hub: its address, a proxy, a token."""

from engine.events import Failed
from engine.hub.request import Connection, HubAction
from gui.shelf.connection_dialog import ConnectionDialog
from tests.gui.shelf.using_shelf import asked


def test_the_connection_is_checked_and_the_token_handed_on(qtbot):
    dialog = ConnectionDialog("https://hub.example", "")
    qtbot.addWidget(dialog)
    dialog.endpoint.setText("nonsense")
    dialog.accept()
    assert "no web address" in dialog.warning.sentence
    dialog.endpoint.setText("https://mirror.example")
    dialog.token.setText(" secret ")
    with qtbot.waitSignal(dialog.token_given) as given:
        dialog.accept()
    assert given.args == [Connection("https://mirror.example"), "secret"]
    assert dialog.connection == Connection("https://mirror.example")
    dialog.endpoint.setText("https://third.example")
    with qtbot.waitSignal(dialog.token_given) as given:
        dialog.forget.click()
    assert given.args == [Connection("https://third.example"), ""]


def test_a_token_is_kept_for_the_hub_that_was_named_with_it(window, monkeypatch):
    def change(dialog):
        dialog.endpoint.setText("https://mirror.example")
        dialog.token.setText("secret")
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(ConnectionDialog, "exec", change)
    window.finding.settings.click()
    request = asked(window.asking)
    assert (request.action, request.name) == (HubAction.SIGN_IN, "secret")
    assert request.connection == window.connection == Connection("https://mirror.example")


def test_the_password_of_a_proxy_is_handed_on_and_stays_in_no_setting(window, monkeypatch):
    def change(dialog):
        assert not dialog.forget_proxy_password.isEnabled()
        dialog.proxy.setText(" http://me:secret@proxy:3128 ")
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(ConnectionDialog, "exec", change)
    window.finding.settings.click()
    request = asked(window.asking)
    assert (request.action, request.name) == (HubAction.PROXY_PASSWORD, "secret")
    assert request.connection == window.connection == Connection(proxy="http://me@proxy:3128")
    assert window._settings.hub_proxy == "http://me@proxy:3128"
    sentence = "The password of the proxy was not kept: this system has no keyring."
    window.asking.finish(Failed(sentence))
    assert window.messages.sentence == sentence


def test_the_password_of_a_proxy_can_be_forgotten(qtbot):
    dialog = ConnectionDialog("https://hub.example", "http://me@proxy:3128")
    qtbot.addWidget(dialog)
    dialog.proxy.setText("http://me:secret@proxy:3128")
    with qtbot.waitSignal(dialog.proxy_password_given) as given:
        dialog.forget_proxy_password.click()
    assert given.args == [Connection("https://hub.example", "http://me@proxy:3128"), ""]
    assert dialog.proxy.text() == "http://me@proxy:3128"
    with qtbot.assertNotEmitted(dialog.proxy_password_given):
        dialog.accept()


def test_the_password_of_a_hub_is_handed_on_and_stays_in_no_setting(window, monkeypatch):
    def change(dialog):
        assert not dialog.forget_hub_password.isEnabled()
        dialog.endpoint.setText(" https://me:secret@mirror.example ")
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(ConnectionDialog, "exec", change)
    window.finding.settings.click()
    request = asked(window.asking)
    assert (request.action, request.name) == (HubAction.HUB_PASSWORD, "secret")
    assert request.connection == window.connection == Connection("https://me@mirror.example")
    assert window._settings.hub_endpoint == "https://me@mirror.example"


def test_the_password_of_a_hub_can_be_forgotten(qtbot):
    dialog = ConnectionDialog("https://me:secret@mirror.example", "")
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.hub_password_given) as given:
        dialog.forget_hub_password.click()
    assert given.args == [Connection("https://me@mirror.example"), ""]
    with qtbot.assertNotEmitted(dialog.hub_password_given):
        dialog.accept()


def test_settings_that_lead_nowhere_are_said_and_can_be_mended(window, monkeypatch):
    window._settings.hub_proxy = "socks5://127.0.0.1:1080"
    window.finding.words.setText("tiny")
    window.finding.search.click()
    assert "is a SOCKS proxy, which is not supported" in window.messages.sentence
    assert window.asking.open_jobs == {}
    window.messages.hide()
    window.finding.download_asked.emit("writers/tiny", "c0ffee")
    assert "is a SOCKS proxy" in window.messages.sentence
    assert window.downloads.items == {}

    def mend(dialog):
        assert dialog.proxy.text() == "socks5://127.0.0.1:1080"
        dialog.proxy.clear()
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(ConnectionDialog, "exec", mend)
    window.finding.settings.click()
    assert window.connection == Connection()
