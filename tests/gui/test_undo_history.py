from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.journalled import after_a_kill

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def editor_of(window):
    return window.parts.workspace.current.editor


def undone(window):
    """Undo to the beginning and return every text on the way, then redo everything."""
    editor, texts = editor_of(window), []
    while editor.document().isUndoAvailable():
        editor.undo_step()
        texts.append(editor.text())
    while editor.document().isRedoAvailable():
        editor.redo_step()
    return texts


def test_undo_goes_on_after_a_kill_and_a_generation_is_one_step(open_window, monkeypatch):
    window = open_window()
    QTest.keyClicks(editor_of(window), "Once")
    QTest.keyClick(editor_of(window), Qt.Key.Key_Return, CONTROL)
    for part in (" upon", " a 😀", " time"):
        window.parts.writing.on_text(0, part)
    window.parts.jobs.stop()
    QTest.keyClicks(editor_of(window), "!")
    again = after_a_kill(window, monkeypatch, open_window)
    text = editor_of(again).text()
    assert text == "Once upon a 😀 time!"
    assert undone(again) == ["Once upon a 😀 time", "Once", ""]
    assert editor_of(again).text() == text


def test_redo_goes_on_after_a_kill(open_window, monkeypatch):
    window = open_window()
    for word in ("one", "two"):
        QTest.keyClicks(editor_of(window), word)
        QTest.keyClick(editor_of(window), Qt.Key.Key_Return)
    editor_of(window).undo_step()
    before = editor_of(window).text()
    again = after_a_kill(window, monkeypatch, open_window)
    assert editor_of(again).text() == before
    editor_of(again).redo_step()
    assert editor_of(again).text() == "one\ntwo\n"


def test_undo_of_a_saved_text_makes_it_unsaved_and_redo_saved(open_window, monkeypatch, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("one")
    window = open_window()
    window.parts.files.open(path)
    QTest.keyClicks(editor_of(window), "X")
    window.parts.files.save(window.parts.workspace.current)
    again = after_a_kill(window, monkeypatch, open_window)
    again.parts.files.open(path)
    opened = again.parts.workspace.current
    assert not opened.modified
    opened.editor.undo_step()
    assert (opened.editor.text(), opened.modified) == ("one", True)
    opened.editor.redo_step()
    assert (opened.editor.text(), opened.modified) == ("Xone", False)
    again.parts.journals.settle()
    journal = again.parts.journals.of(opened).journal
    assert journal.text == editor_of(again).raw_text()
