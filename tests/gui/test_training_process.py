"""A real training in the workspace: looked at, begun, killed, gone on with, paused, ended early, put to use."""

import itertools
import os
import random
import signal
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.catalog import find_model
from engine.modes import Mode
from engine.paths import data_dir
from engine.purposes import Purpose
from engine.runs import unfinished_runs
from gui.engine_client import EngineClient
from gui.engine_process import TRAINING
from gui.training.start_box import StartBox
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
def memory(tmp_path):
    """A table of sentences and translations, each another one."""
    english, german = ["king", "sea", "ship", "lamp", "night"], ["König", "Meer", "Schiff", "Lampe", "Nacht"]
    rows = itertools.permutations(range(5), 4)
    lines = [f"{' '.join(english[n] for n in row)}.\t{' '.join(german[n] for n in row)}.\n" for row in rows]
    path = tmp_path / "memory.tsv"
    path.write_text("en\tde\n" + "".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def open_training(qapp, qtbot, monkeypatch):
    """Make workspaces with an engine process of their own, as a start of the program does."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    made = []

    def open_one():
        training = Training(EngineClient(device="cpu", kind=TRAINING))
        made.append(training)
        view = TrainWindow(training, None)
        qtbot.addWidget(view)
        return training, view

    yield open_one
    for training in made:
        training.shutdown()


def begin_anew(view):
    """Choose a new, small model: the embedded ones, which are suggested, take a while for each step."""
    start = view.findChild(StartBox)
    start.setFocus()
    QTest.keyClick(start, Qt.Key.Key_Home)
    assert start.start == ""


def press(button):
    assert button.isEnabled()
    QTest.keyClick(button, Qt.Key.Key_Space)


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_a_training_survives_its_process_and_ends_with_a_model(open_training, novel, qtbot):
    training, view = open_training()
    with qtbot.waitExposed(view):
        view.open()
    begin_anew(view)
    view.setup.files.add([novel])
    qtbot.waitUntil(view.setup.start.isEnabled, timeout=PATIENCE)
    assert "Texts: 1" in view.setup.view.words
    press(view.setup.start)
    qtbot.waitUntil(view.run.finish.isEnabled, timeout=PATIENCE)  # there is a best so far

    os.kill(training.process_id, signal.SIGKILL)
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


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_a_killed_training_taken_up_in_a_new_window_ends_with_the_weights_of_an_uninterrupted_one(
    open_training, memory, qtbot
):
    training, view = open_training()
    with qtbot.waitExposed(view):
        view.open()
    view.setup.purposes.card(Purpose.TRANSLATE).click()
    begin_anew(view)
    view.setup.files.add([memory])
    request = replace(view.setup.wishes.request(view.setup.files.paths), steps=25)

    training.start(replace(request, name="Whole"))
    qtbot.waitUntil(lambda: training.stage in (Stage.ENDED, Stage.BROKEN), timeout=PATIENCE)
    training.leave()
    training.start(replace(request, name="Killed"))
    qtbot.waitUntil(lambda: any(report.step >= 10 for report in training.reports), timeout=PATIENCE)
    os.kill(training.process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: training.stage is Stage.BROKEN, timeout=PATIENCE)
    assert "stopped unexpectedly" in view.run.words
    training.shutdown()

    training, view = open_training()
    with qtbot.waitExposed(view):
        view.take_up(unfinished_runs()[0])
    assert training.reports[-1].step >= 10, "the curve so far is there at once"
    qtbot.waitUntil(lambda: training.stage in (Stage.ENDED, Stage.BROKEN), timeout=PATIENCE)
    assert training.sentence == ""
    assert training.reports[-1].step == 25
    whole, killed = ((data_dir() / "models" / name / "model.safetensors").read_bytes() for name in ("Whole", "Killed"))
    assert whole == killed
