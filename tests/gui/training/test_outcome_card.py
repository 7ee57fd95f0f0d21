"""The card at the end of a training: what the model is worth, and what may be done with it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import Notice
from engine.modes import Mode
from tests.gui.training.using_training import end, outcome, report


def test_a_model_that_was_kept_is_put_to_use(running, model, qtbot):
    running.answer(report(100, validation_loss=2.0))
    running.answer(Notice("The numbers put in as a test cannot be read out of it."))
    end(running, outcome(model))
    words = running.run.card.words
    assert "Better.\nThe numbers put in as a test" in words
    assert "My voice is ready" in words
    assert "bits per byte, lower is better" in words
    assert words.index("the old one: 1.90 (the new one is 5.3 % better)") < words.index("Kneser-Ney 5-gram: 2.00")
    assert str(model) in words
    with qtbot.waitSignal(running.view.model_chosen) as chosen:
        QTest.keyClick(running.run.card.use, Qt.Key.Key_Space)
    assert chosen.args == [Mode.WRITE, "My voice"]


def test_a_model_that_a_baseline_beats_is_not_called_ready(running, model):
    end(running, outcome(model, score=4.5))
    assert "My voice can be used, but is still weak" in running.run.card.words
    assert "is ready" not in running.run.card.words
    assert running.run.card.use.isVisible()


def test_deleting_takes_two_presses_and_leads_back_to_the_start(running, model):
    end(running, outcome(model))
    QTest.keyClick(running.run.card.delete, Qt.Key.Key_Space)
    assert model.is_dir()
    QTest.keyClick(running.run.card.delete, Qt.Key.Key_Space)
    assert not model.exists()
    assert running.setup.isVisible()


def test_nothing_but_own_models_is_deleted(running, tmp_path):
    end(running, outcome(tmp_path))
    for _ in range(2):
        QTest.keyClick(running.run.card.delete, Qt.Key.Key_Space)
    assert tmp_path.is_dir()
    assert "lies elsewhere" in running.view.messages.sentence


def test_a_worse_model_offers_no_use(running, tmp_path):
    end(running, outcome(tmp_path, kept=False, score=2.2, message="The old one stays."))
    card = running.run.card
    assert "My voice was not kept\nThe old one stays." in card.words
    assert "16 % worse" in card.words
    assert not card.use.isVisible()
    assert not card.delete.isVisible()
    QTest.keyClick(card.another, Qt.Key.Key_Space)
    assert running.setup.isVisible()
    assert running.setup.files.paths, "the files are still there"


def test_scores_that_are_no_numbers_are_shown_as_none(running, model):
    end(running, outcome(model, score=float("nan"), baselines={"Kneser-Ney 5-gram": 2.0}))
    assert "My voice: –\nKneser-Ney 5-gram: 2.00" in running.run.card.words
    running.view.grab()
