"""What tests of variants look at in a window, and how variants get there."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import ModelLoaded, VariantFinished
from tests.gui.driving import current, press
from tests.gui.scripted_engine import ScriptedClient

KEYS = Qt.KeyboardModifier
CONTROL, ALT, SHIFT = KEYS.ControlModifier, KEYS.AltModifier, KEYS.ShiftModifier


def shown(window):
    """Return the texts of the variants and which of them stands in the text."""
    variants = window.parts.writing.variants
    return [variant.text for variant in variants.variants], variants.current


def write(window, *answers, seed=7, model="story-en"):
    """Let the engine answer what was just asked."""
    writing = window.parts.writing
    writing.on_event(ModelLoaded(model, "cpu", "bfloat16", 0.1))
    for number, text in enumerate(answers):
        writing.on_text(number, text)
        writing.on_event(VariantFinished(number, "stop", 1, seed + number))
    window.parts.jobs.stop()


def branch(window, position, *answers, **about):
    """Regenerate from a position by the keys."""
    current(window).editor.put_caret(position, position)
    press(window, Qt.Key.Key_Return, ALT | SHIFT)
    write(window, *answers, **about)


def begun(open_window):
    """Open a window in which one variant was written."""
    window = open_window(client=ScriptedClient(), complete=False)
    QTest.keyClicks(current(window).editor, "Once")
    press(window, Qt.Key.Key_Return, CONTROL)
    write(window, " upon a time.")
    return window


def continued(window):
    """Write on behind the first text, so that a later generation is the one in view."""
    press(window, Qt.Key.Key_Return, ALT)
    write(window, " A king slept.")
    assert shown(window) == ([" A king slept."], 0)
