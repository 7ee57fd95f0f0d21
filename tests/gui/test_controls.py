from dataclasses import replace

from engine.catalog import list_models
from engine.modes import Mode
from gui.panels.controls import GenerationControls
from gui.settings import ModeSettings


def test_a_model_of_which_nothing_is_said_takes_no_line_for_it(qtbot):
    models = [entry for entry in list_models() if entry.serves(Mode.WRITE)]
    controls = GenerationControls(Mode.WRITE, ModeSettings(), models)
    qtbot.addWidget(controls)
    assert not controls._strength.isHidden()
    said = controls.sizeHint().height()
    controls.refresh_models([replace(entry, strength="") for entry in models])
    assert controls._strength.isHidden()
    controls.layout().activate()
    assert controls.sizeHint().height() < said
