"""What tests of variants look at in a window, and how they press keys there."""

from PySide6.QtTest import QTest


def current(window):
    return window.parts.workspace.current


def shown(window):
    """Return the texts of the variants and which of them stands in the text."""
    variants = window.parts.writing.variants
    return [variant.text for variant in variants.variants], variants.current


def press(window, key, modifiers):
    QTest.keyClick(current(window).editor, key, modifiers)
