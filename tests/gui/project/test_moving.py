"""Moving chapters and parts to other folders: whatever is kept of them goes along."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.project.using_room import drag, name, press, rows


def test_dragging_into_another_part_moves_the_file_and_all_that_is_kept_with_it(project_window, folder, qtbot):
    window = project_window()
    window.room.walking.open("Part one/Chapter 1.md")
    opened = window.parts.workspace.current
    QTest.keyClicks(opened.editor, "Unsaved ")
    window.room.noting._pane.field.setPlainText("a note")
    identity = opened.identity
    drag(window, "Part one/Chapter 1.md", "Part two/Chapter 11.md", "above")
    qtbot.waitUntil(lambda: rows(window)[3:6] == ["Part two", "Chapter 1 •", "Chapter 11"])
    assert (folder / "Part two/Chapter 1.md").exists()
    assert not (folder / "Part one/Chapter 1.md").exists()
    assert opened.path == folder / "Part two/Chapter 1.md"
    window.parts.commands["save"].trigger()
    assert (folder / "Part two/Chapter 1.md").read_text(encoding="utf-8").startswith("Unsaved # One")
    window.parts.files.close(opened)
    window.room.walking.open("Part two/Chapter 1.md")
    assert window.parts.workspace.current.identity == identity
    assert window.room.notes.text == "a note"
    assert window.parts.workspace.current.editor.document().isUndoAvailable()


def test_a_history_of_a_closed_document_follows_its_folder(project_window, folder, qtbot):
    window = project_window()
    window.room.walking.open("Part one/Chapter 1.md")
    QTest.keyClicks(window.parts.workspace.current.editor, "Kept ")
    identity = window.parts.workspace.current.identity
    window.parts.files.close(window.parts.workspace.current)
    window.parts.journals.settle()
    press(window, "Part one", Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier)
    name(window, qtbot, "Teil eins")
    qtbot.waitUntil(lambda: rows(window)[-4] == "Teil eins")
    window.room.walking.open("Teil eins/Chapter 1.md")
    assert window.parts.workspace.current.identity == identity
    assert window.parts.workspace.current.editor.text().startswith("Kept # One")


def test_a_document_that_another_window_has_is_not_moved_from_under_it(project_window, open_window, folder):
    other = open_window()
    other.parts.files.open(folder / "Prologue.md")
    window = project_window()
    window.room.arranging.rename("Prologue.md", "Vorwort")
    assert "another window" in window.parts.messages.sentence
    assert (folder / "Prologue.md").exists()
