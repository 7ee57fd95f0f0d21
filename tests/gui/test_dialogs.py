import dataclasses

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox

from engine.modes import Mode
from engine.params import SamplingParams
from engine.presets import load_presets
from gui.commands import COMMANDS
from gui.dialogs.all_settings import AllSettingsDialog
from gui.dialogs.shortcuts import ShortcutsDialog

NAMES = [field.name for field in dataclasses.fields(SamplingParams)]
STORY = load_presets(Mode.WRITE)["story"].params


@pytest.fixture
def settings_dialog(qtbot):
    def make(changed=None, base=STORY):
        dialog = AllSettingsDialog(base, changed or {})
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


def test_showing_settings_changes_none_of_them(settings_dialog):
    for mode in Mode:
        for preset in load_presets(mode).values():
            assert settings_dialog(base=preset.params).changed == {}


def test_every_setting_has_a_named_and_explained_field(settings_dialog):
    dialog = settings_dialog()
    for name in NAMES:
        field = dialog.field(name)
        assert field.widget.accessibleName()
        assert field.accessibleDescription()


def test_the_whole_range_of_every_setting_can_be_set(settings_dialog):
    dialog = settings_dialog()
    others = {
        "early_stopping": [True],
        "banned_phrases": [("a b", "\n\n")],
        "stop": [("\n", "END")],
        "biased_words": [(("red", 1.5), ("=", -2.0))],
    }
    for field in dataclasses.fields(SamplingParams):
        setting = field.metadata.get("setting")
        for value in others.get(field.name) or [setting.low, setting.high]:
            dialog.field(field.name).set_value(value)
            params = dataclasses.replace(SamplingParams(), **{field.name: dialog.changed.get(field.name, value)})
            assert getattr(params, field.name) == dialog.field(field.name).value() == value
            dialog.restore()


def test_settings_that_exclude_each_other_are_said_and_not_taken(settings_dialog):
    dialog = settings_dialog({"beams": 4})
    dialog.field("contrastive_alpha").set_value(0.6)
    assert "exclude each other" in dialog._problem.text()
    assert not dialog._buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    dialog.restore()
    assert dialog.changed == {}
    assert dialog._buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()


def test_the_filter_leaves_what_is_looked_for(settings_dialog):
    dialog = settings_dialog()
    QTest.keyClicks(dialog._filter, "dry")
    assert [name for name in NAMES if dialog.field(name).isVisible()] == [
        "dry_multiplier",
        "dry_base",
        "dry_allowed_length",
        "dry_window",
    ]


def test_changed_settings_reach_the_request_and_can_be_reset(open_window):
    window = open_window("Text")
    controls = window.parts.write.controls
    controls.set_changed({"top_k": 7, "stop": ["END"]})
    params = window.parts.write.request("Text").params
    assert (params.top_k, params.stop) == (7, ("END",))
    assert params.temperature == STORY.temperature
    controls.reset()
    assert window.parts.write.request("Text").params == STORY


@pytest.fixture
def keys_dialog(open_window, qtbot):
    window = open_window()
    dialog = ShortcutsDialog(window.parts.commands, window)
    qtbot.addWidget(dialog)
    dialog.show()
    return window, dialog


def test_no_key_belongs_to_two_commands():
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))


def test_the_keys_are_those_of_the_product():
    keys = {command.name: command.keys[0] for command in COMMANDS if command.keys}
    assert keys["generate"] == "Ctrl+Enter"
    assert keys["stop"] == "Esc"
    assert keys["another"] == "Ctrl+R"
    assert (keys["previous_variant"], keys["next_variant"]) == ("Alt+Left", "Alt+Right")
    assert keys["continue"] == "Alt+Enter"
    assert (keys["focus"], keys["shortcuts"], keys["save"]) == ("F8", "F1", "Ctrl+S")


def test_a_command_gets_a_new_key_and_loses_the_old(keys_dialog, qtbot):
    window, dialog = keys_dialog
    dialog.choose("focus")
    QTest.keyClick(dialog._recorder, Qt.Key.Key_F9)
    dialog._assign.click()
    dialog.accept()
    with qtbot.waitActive(window):
        window.activateWindow()
    editor = window.parts.workspace.current.editor
    QTest.keyClick(editor, Qt.Key.Key_F8)
    assert not window.parts.panes.focus
    QTest.keyClick(editor, Qt.Key.Key_F9)
    assert window.parts.panes.focus
    assert window.parts.settings.shortcuts == {"focus": ["F9"]}


def test_a_key_that_is_taken_is_named_with_its_command(keys_dialog):
    _, dialog = keys_dialog
    dialog.choose("focus")
    QTest.keyClick(dialog._recorder, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog._assign.click()
    assert "The command Save has this key" in dialog._note.text()


def test_keys_of_the_editor_itself_can_be_given_away(open_window):
    window = open_window("one two three", shortcuts={"focus": ["Ctrl+Right"]})
    editor = window.parts.workspace.current.editor
    QTest.keyClick(editor, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert window.parts.panes.focus
    assert editor.textCursor().position() == 0
