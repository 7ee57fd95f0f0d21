import pytest

from gui.panels.status_bar import StatusBar


@pytest.mark.parametrize(
    ("device", "words"), [("cpu", "CPU"), ("cuda:1", "CUDA:1"), ("", "engine ready")], ids=["processor", "card", "any"]
)
def test_where_models_run_is_said_before_one_is_loaded(qtbot, device, words):
    status = StatusBar()
    qtbot.addWidget(status)
    status.show_device(device)
    assert status.text_of("device") == words
