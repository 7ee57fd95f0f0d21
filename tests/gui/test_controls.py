from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QComboBox

from engine.catalog import list_models
from engine.modes import Mode
from gui.panels.controls import GenerationControls
from gui.settings import ModeSettings


def test_a_model_of_which_nothing_is_said_takes_no_line_for_it(qtbot):
    models = [entry for entry in list_models() if entry.serves(Mode.WRITE)][:1]
    controls = GenerationControls(Mode.WRITE, ModeSettings(), models)
    qtbot.addWidget(controls)
    assert not controls._strength.isHidden()
    said = controls.sizeHint().height()
    controls.refresh_models([replace(entry, strength="") for entry in models])
    assert controls._strength.isHidden()
    controls.layout().activate()
    assert controls.sizeHint().height() < said


@pytest.mark.parametrize(("mode", "first"), [(Mode.SUMMARISE, "Form"), (Mode.REWRITE, "Make it")])
def test_the_fields_of_a_panel_stand_in_line(open_window, mode, first):
    window = open_window(style="abstract")
    window.parts.show_mode(mode)
    QApplication.processEvents()
    boxes = [box for box in window.parts.assistant.findChildren(QComboBox) if box.isVisible()]
    assert [box.accessibleName() for box in boxes] == [first, "Model", "Preset"]
    assert len({box.mapTo(window, QPoint(0, 0)).x() for box in boxes}) == 1
