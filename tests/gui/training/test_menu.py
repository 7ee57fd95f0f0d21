"""The Train menu and what the main window hears of a training."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from engine.modes import Mode
from engine.paths import data_dir
from engine.purposes import Purpose
from engine.runs import keep_report, keep_request
from gui.training.menu import TrainMenu
from tests.gui.training.using_training import REQUEST, Workshop, end, make_model, outcome, report

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def entries(menu):
    """Return what the Train menu offers when it opens."""
    menu.parent().aboutToShow.emit()
    return [action for action in menu.parent().actions() if action.text()]


def test_unfinished_trainings_are_resumed_from_the_menu_with_their_curve(window):
    menu = window.menuBar().findChild(TrainMenu)
    assert [action.text() for action in entries(menu)] == ["&Train a model…"]
    keep_request(REQUEST)
    for step in (10, 20):
        keep_report("My voice", report(step, validation_loss=3.0, sample=f"Sample {step}"))
    assert len(entries(menu)) == 2
    workshop = Workshop(window.training.training, window.training.view)
    resume = entries(menu)[-1]
    assert resume.text() == "Resume My voice"
    resume.trigger()
    assert workshop.commands[-1].request == REQUEST
    assert workshop.view.isVisible()
    assert [each.step for each in workshop.training.reports] == [10, 20]
    assert workshop.run.samples.texts == ["Sample 20", "Sample 10"]
    workshop.answer(report(20, validation_loss=2.9, sample="Again"))
    assert workshop.run.samples.texts == ["Again", "Sample 10"]
    assert not entries(menu)[-1].isEnabled(), "one training at a time"


def test_a_model_that_varies_is_put_to_use_and_taken_back(window):
    folder = make_model(data_dir() / "models" / "My variations")
    workshop = Workshop(window.training.training, window.training.view)
    workshop.training.start(replace(REQUEST, purpose=Purpose.VARY, name="My variations"))
    workshop.view.open()
    end(workshop, outcome(folder))
    QTest.keyClick(workshop.run.card.use, Qt.Key.Key_Space)
    assert window.parts.rewording.model == "My variations"
    assert "varies and blends" in window.parts.messages.sentence
    for _ in range(2):
        QTest.keyClick(workshop.run.card.delete, Qt.Key.Key_Space)
    assert window.parts.rewording.model == ""


def test_the_main_window_opens_the_workspace_and_hears_of_its_end(window, model, qtbot):
    QTest.keyClick(window.parts.workspace.current.editor, Qt.Key.Key_T, CTRL | SHIFT)
    workshop = Workshop(window.training.training, window.training.view)
    qtbot.waitUntil(workshop.view.isVisible)
    workshop.training.start(REQUEST)
    workshop.answer(report(40))
    workshop.view.close()
    texts = [button.text() for button in window.statusBar().findChildren(QAbstractButton)]
    assert texts == ["training 40 %"]
    end(workshop, outcome(model))
    assert window.parts.messages.sentence == "Better."
    window.parts.tabs.setCurrentIndex(1)
    workshop.view.open()
    QTest.keyClick(workshop.run.card.use, Qt.Key.Key_Space)
    assert (window.parts.mode, window.parts.write.controls.model) == (Mode.WRITE, "My voice")
    for _ in range(2):
        QTest.keyClick(workshop.run.card.delete, Qt.Key.Key_Space)
    assert window.parts.write.controls.model == "", "a model that is gone is used no more"
