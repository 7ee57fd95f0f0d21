"""How tests use a window: the document in view, keys in its text, and coming back from elsewhere."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication


def current(window):
    """Return the document in view."""
    return window.parts.workspace.current


def press(window, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press a key in the text in view."""
    QTest.keyClick(current(window).editor, key, modifiers)


def type_in(window, text):
    """Type `text` where the caret is."""
    QTest.keyClicks(current(window).editor, text)


def come_back(window):
    """Let the writer come back from another program."""
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))


def end_of(window):
    """Put the caret behind the text in view and return the editor."""
    editor = current(window).editor
    place = editor.document().characterCount() - 1
    editor.put_caret(place, place)
    return editor
