"""A real training in the workspace: looked at, begun, killed, gone on with, paused, ended early, put to use."""

import os
import random
import signal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.catalog import find_model
from engine.modes import Mode
from engine.runs import unfinished_runs
from gui.engine_client import EngineClient
from gui.engine_process import TRAINING
from gui.training.training import Stage, Training
from gui.training.window import TrainWindow

PATIENCE = 120_000  # milliseconds, for a busy machine
TEXT = "the old king lived alone in a lighthouse by sea every evening he climbed stairs and lit lamp ships came"


@pytest.fixture
def novel(tmp_path):
    """A short text with no sentence twice."""
    rng = random.Random(1)
    sentences = [" ".join(rng.choices(TEXT.split(), k=9)).capitalize() + "." for _ in range(90)]
    path = tmp_path / "novel.txt"
    path.write_text("\n".join(sentences))
    return path


@pytest.fixture
def training(qapp, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    made = Training(EngineClient(device="cpu", kind=TRAINING))
    yield made
    made.shutdown()


def press(button):
    assert button.isEnabled()
    QTest.keyClick(button, Qt.Key.Key_Space)


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_a_training_survives_its_process_and_ends_with_a_model(training, novel, qtbot):
    view = TrainWindow(training, None)
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.open()
    view.setup.files.add([novel])
    qtbot.waitUntil(view.setup.start.isEnabled, timeout=PATIENCE)
    assert "Texts: 1" in view.setup.view.words
    press(view.setup.start)
    qtbot.waitUntil(view.run.finish.isEnabled, timeout=PATIENCE)  # there is a best so far

    os.kill(training._client.process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: training.stage is Stage.BROKEN, timeout=PATIENCE)
    assert "stopped unexpectedly" in view.run.words
    with qtbot.waitSignal(training.reported, timeout=PATIENCE):
        press(view.run.resume)

    press(view.run.pause)
    qtbot.waitUntil(lambda: training.stage is Stage.PAUSED, timeout=PATIENCE)
    assert [run.name for run in unfinished_runs()] == ["My voice"]

    qtbot.waitUntil(view.run.finish.isEnabled, timeout=PATIENCE)
    press(view.run.finish)
    qtbot.waitUntil(lambda: training.stage in (Stage.ENDED, Stage.BROKEN), timeout=PATIENCE)
    assert training.sentence == ""
    assert unfinished_runs() == []
    assert "Stored in" in view.run.card.words
    assert find_model("My voice", Mode.WRITE).folder.is_dir()
