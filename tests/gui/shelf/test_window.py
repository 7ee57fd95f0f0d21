"""The models' window with a hub: the way there, and a model from there to its panel."""

from engine.modes import Mode
from engine.paths import models_dir
from tests.engine.hub.conftest import REPO, files, server  # noqa: F401 - fixtures


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
