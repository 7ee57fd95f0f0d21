"""The editor's own answers to keys."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

KEYS = Qt.KeyboardModifier
OTHER = Qt.Key.Key_unknown


def strike(editor, key, modifiers, text):
    """Press a key as the window system reports it: what it is, and what it would type."""
    QApplication.sendEvent(editor, QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text))


@pytest.mark.parametrize(("key", "text"), [(Qt.Key.Key_O, "o"), (Qt.Key.Key_9, "9"), (OTHER, "ö")])
def test_alt_with_a_key_that_no_menu_has_leaves_the_selection_alone(editor, key, text, monkeypatch):
    monkeypatch.setattr("gui.editor._ALT_TYPES", False)
    editor.set_text("A king.")
    editor.selectAll()
    strike(editor, key, KEYS.AltModifier, text)
    assert editor.text() == "A king."


def test_option_with_a_key_types_a_sign_on_a_mac(editor, monkeypatch):
    monkeypatch.setattr("gui.editor._ALT_TYPES", True)
    strike(editor, OTHER, KEYS.AltModifier, "å")
    assert editor.text() == "å"


def test_the_other_levels_of_a_keyboard_type_what_they_stand_for(editor, monkeypatch):
    monkeypatch.setattr("gui.editor._ALT_TYPES", False)
    strike(editor, OTHER, KEYS.GroupSwitchModifier, "@")
    strike(editor, OTHER, KEYS.ControlModifier | KEYS.AltModifier, "€")  # as Windows reports AltGr
    assert editor.text() == "@€"
