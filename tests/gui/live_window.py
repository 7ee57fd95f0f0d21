"""What tests do in a window on the real engine process."""

from PySide6.QtCore import Qt

TEXT = "Once upon a time there was an old king. He lived in a castle by the sea. Nobody knew his name."
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
PATIENCE = 120_000  # milliseconds: importing torch on a busy machine


def until(qtbot, condition):
    qtbot.waitUntil(condition, timeout=PATIENCE)


def finish(live, qtbot):
    until(qtbot, lambda: not live.parts.jobs.running)
