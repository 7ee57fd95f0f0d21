"""The documents that are open, as the writer tells them apart."""

from PySide6.QtCore import Qt

from tests.gui.driving import current, press, type_in

CONTROL = Qt.KeyboardModifier.ControlModifier


def titles(window):
    return [opened.title for opened in window.parts.workspace.documents]


def test_texts_without_a_file_are_told_apart_by_numbers(open_window, tmp_path):
    window = open_window()
    for text in ("one", "two", "three"):
        type_in(window, text)
        press(window, Qt.Key.Key_N, CONTROL)
    assert titles(window) == ["Untitled", "Untitled 2", "Untitled 3", "Untitled 4"]
    workspace = window.parts.workspace
    workspace.documents[1].save(tmp_path / "second.md")
    press(window, Qt.Key.Key_N, CONTROL)
    assert titles(window) == ["Untitled", "second.md", "Untitled 3", "Untitled 4", "Untitled 2"]
    assert current(window).title == "Untitled 2"


def test_what_takes_the_place_of_an_untouched_text_takes_its_name(open_window):
    window = open_window("A text that is kept.")
    assert titles(window) == ["Untitled"]
