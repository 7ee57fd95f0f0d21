"""The models' window with a hub: the way there, and a model from there to its panel."""

from engine.hub.request import Connection
from engine.modes import Mode
from engine.paths import models_dir
from gui.shelf.connection_dialog import ConnectionDialog
from tests.engine.hub.conftest import REPO, files, server  # noqa: F401 - fixtures


def test_the_connection_is_checked_and_the_token_handed_on(qtbot):
    dialog = ConnectionDialog(Connection())
    qtbot.addWidget(dialog)
    dialog.endpoint.setText("nonsense")
    dialog.accept()
    assert "no web address" in dialog.warning.sentence
    dialog.endpoint.setText("https://mirror.example")
    dialog.token.setText(" secret ")
    with qtbot.waitSignal(dialog.token_given) as given:
        dialog.accept()
    assert given.args == ["secret"]
    assert dialog.connection == Connection("https://mirror.example")


def test_a_model_comes_from_the_hub_into_the_panel(open_window, server, files, qtbot):  # noqa: F811
    window = open_window("Text", hub_endpoint=server.endpoint)
    window.parts.commands["manage_models"].trigger()
    view = window.shelf.view
    view.downloads.start(REPO, view.connection)
    qtbot.waitUntil(lambda: view.messages.sentence == "tiny is installed.", timeout=30_000)
    assert (models_dir() / "tiny/model.safetensors").read_bytes() == files["model.safetensors"]
    view.installed.uses[Mode.WRITE].click()
    assert window.parts.write.controls.model == "tiny"
    view.installed.renamed.emit("tiny", "tiny2")
    (models_dir() / "tiny").rename(models_dir() / "tiny2")
    view.changed.emit()
    assert window.parts.write.controls.model == "tiny2"
    window.shelf.shutdown()
