import itertools

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QListWidget

from gui.themes import DARK, LIGHT, apply_theme, choose_theme


def luminance(colour):
    """Relative luminance, WCAG 2.2."""
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_everything_can_be_read_by_everyone(theme):
    pairs = [
        *itertools.product((theme.ink, theme.quiet), (theme.paper, theme.window, theme.raised)),
        (theme.ink, theme.selection),
        (theme.ink, theme.found),
        (theme.model_ink, theme.model_tint),
        (theme.on_accent, theme.accent),
        (theme.accent, theme.window),
        (theme.warning_ink, theme.warning),
    ]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


def test_a_theme_reaches_the_palette(qapp):
    for theme in (DARK, LIGHT):
        apply_theme(theme, qapp)
        assert qapp.palette().color(QPalette.ColorRole.Base) == QColor(theme.paper)
        assert qapp.palette().color(QPalette.ColorRole.Text) == QColor(theme.ink)


def test_the_names_choose_the_themes(qapp):
    assert choose_theme("dark", qapp) is DARK
    assert choose_theme("light", qapp) is LIGHT
    assert choose_theme("system", qapp) in (LIGHT, DARK)


def test_a_theme_chosen_in_the_window_dresses_what_is_open(open_window):
    window = open_window("# Heading", theme="light")
    window.parts.looks.choose("dark")
    editor = window.parts.workspace.current.editor
    assert editor.palette().color(QPalette.ColorRole.Text) == QColor(DARK.ink)
    (mark, *_) = editor.document().firstBlock().layout().formats()
    assert mark.format.foreground().color() == QColor(DARK.mark)
    assert window.parts.settings.theme == "dark"
    window.parts.looks.choose("light")


def test_the_row_that_the_keys_are_in_can_be_seen(open_window):
    window = open_window("# Heading", theme="light")
    documents = next(each for each in window.parts.documents.findChildren(QListWidget) if each.isVisible())
    seen = []
    for field in (documents, window.parts.workspace.current.editor):
        field.setFocus()
        picture = documents.grab().toImage()
        row = documents.visualItemRect(documents.currentItem())
        edge = {picture.pixelColor(x, row.top()).name() for x in range(row.left(), row.right())}
        seen.append(LIGHT.accent in edge)
    assert seen == [True, False]
