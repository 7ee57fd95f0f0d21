"""A training under way: what is shown of it, paused, stopped, resumed and discarded."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import Failed, Finished, Notice, Progress
from engine.protocol import Stop
from engine.runs import keep_request, unfinished_runs
from gui.training.training import Stage
from tests.gui.training.using_training import report


def test_a_running_training_shows_curves_samples_and_figures(running):
    assert running.training.stage is Stage.RUNNING
    running.answer(Progress(1, 3, "preparation", "Learning the vocabulary"))
    assert "Learning the vocabulary" in running.run.words
    running.answer(report(10, 5.0))
    assert not running.run.finish.isEnabled(), "there is no best yet"
    running.answer(report(20, 3.5, validation_loss=3.0, sample="Er ging.\tHe went.", score=21.5, parts={"kl": 4.2}))
    running.answer(Notice("Training on cpu."))
    assert running.run.loss.accessibleDescription() == "training 3.50; validation 3.00 (perplexity 20.1)"
    assert running.run.score.isVisible()
    assert running.run.samples.texts == ["Er ging.\tHe went."]
    for words in (
        "At most about 4 minutes left",
        "step 20 of 100",
        "8,000 tokens/s",
        "best validation loss 3.00",
        "kl 4.20",
    ):
        assert words in running.run.words
    assert running.view.messages.sentence == "Training on cpu."
    assert running.run.finish.isEnabled()


def test_a_measurement_that_came_to_nothing_is_not_shown(running):
    nothing = float("nan")
    running.answer(report(10, validation_loss=nothing, score=nothing))
    assert running.run.loss.accessibleDescription() == "training 3.00"
    assert not running.run.score.isVisible()
    assert not running.run.finish.isEnabled()


def test_pausing_keeps_and_resuming_goes_on(running):
    running.answer(report(10, validation_loss=3.0))
    first = running.commands[-1]
    QTest.keyClick(running.run.pause, Qt.Key.Key_Space)
    assert running.commands[-1] == Stop(first.job)
    assert "being kept" in running.run.words
    running.answer(report(11))
    running.answer(Finished(cancelled=True))
    assert running.training.stage is Stage.PAUSED
    QTest.keyClick(running.run.resume, Qt.Key.Key_Space)
    assert running.commands[-1].request == first.request
    assert running.training.stage is Stage.RUNNING


def test_stopping_asks_for_the_best_so_far(running):
    running.answer(report(10, validation_loss=3.0))
    first = running.commands[-1]
    QTest.keyClick(running.run.finish, Qt.Key.Key_Space)
    assert running.commands[-2] == Stop(first.job)
    assert running.commands[-1].request == replace(first.request, finish=True)
    assert "Measuring the best" in running.run.words
    running.client.event_received.emit(first.job, Finished(cancelled=True))
    assert running.training.stage is Stage.FINISHING, "the end of the stopped job is not the end"


def test_halves_of_signs_are_not_shown(running):
    running.answer(report(10, validation_loss=3.0, sample="The \ufffdold\x00 king"))
    assert running.run.samples.texts == ["The  old  king"]


def test_a_training_process_that_dies_is_said_and_resumed(running):
    keep_request(running.commands[-1].request)
    running.answer(report(10, validation_loss=3.0))
    running.client.engine_died.emit("The training stopped unexpectedly.")
    assert running.run.words.startswith("The training stopped unexpectedly.")
    QTest.keyClick(running.run.resume, Qt.Key.Key_Space)
    assert running.training.stage is Stage.RUNNING
    running.answer(Failed("The disk is full: free some space."))
    assert running.run.words.startswith("The disk is full")


def test_discarding_takes_two_presses(running):
    keep_request(running.commands[-1].request)
    running.training.pause()
    running.answer(Finished(cancelled=True))
    QTest.keyClick(running.run.discard, Qt.Key.Key_Space)
    assert unfinished_runs()
    QTest.keyClick(running.run.discard, Qt.Key.Key_Space)
    assert unfinished_runs() == []
    assert running.setup.isVisible()
