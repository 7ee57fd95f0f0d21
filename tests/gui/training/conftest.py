"""The Train workspace in its window, without an engine."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.paths import data_dir
from engine.protocol import Train
from gui.engine_client import EngineClient
from gui.engine_process import TRAINING
from gui.training.training import Training
from gui.training.window import TrainWindow
from tests.gui.training.using_training import Workshop, make_model


@pytest.fixture
def unstarted(monkeypatch):
    """Let no engine process start: what it would say, a test says."""
    monkeypatch.setattr(EngineClient, "start", lambda _client: None)


@pytest.fixture
def workshop(qapp, qtbot, unstarted):
    training = Training(EngineClient(kind=TRAINING))
    view = TrainWindow(training, None)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.open()
    view.resize(1080, 800)
    return Workshop(training, view)


@pytest.fixture
def window(open_window, unstarted):
    return open_window("It rained.")


@pytest.fixture
def novel(tmp_path):
    path = tmp_path / "novel.txt"
    path.write_text("It rained. " * 50)
    return path


@pytest.fixture
def running(workshop, novel, qtbot):
    """A training that was started by the keyboard."""
    workshop.setup.files.add([novel])
    workshop.survey(qtbot)
    QTest.keyClick(workshop.setup.start, Qt.Key.Key_Space)
    assert isinstance(workshop.commands[-1], Train)
    return workshop


@pytest.fixture
def model():
    return make_model(data_dir() / "models" / "My voice")
