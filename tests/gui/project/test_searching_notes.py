"""Searching the notes of a project, and the way from a hit to them and back."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.project.snippets import SPANS
from tests.gui.driving import current
from tests.gui.project.using_room import CTRL_SHIFT, note, search


def test_notes_are_found_as_notes_and_led_to(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Prologue.md")
    note(window, "Who is he? He fears whales, and the sea.")
    window.room.walking.open("Part one/Chapter 1.md")
    assert search(window, qtbot, "sea") == [
        "Chapter 2",
        "A storm came over the sea.",
        "Prologue",
        "Notes: Who is he? He fears whales, and the sea.",
    ]
    assert window.room.search.state == "2 places in 2 documents"
    hits = window.room.search.hits
    QTest.keyClick(window.room.search.field, Qt.Key.Key_Down)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):  # past the heading
        QTest.keyClick(hits, key)
    assert window.parts.workspace.current.title == "Prologue.md"
    assert window.parts.assistant.tool is window.room.notes
    assert window.room.notes.field.hasFocus()
    assert window.room.notes.field.textCursor().selectedText() == "sea"


def test_the_mark_of_notes_is_no_match(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Prologue.md")
    note(window, "whales")
    search(window, qtbot, "whales")
    (item,) = [window.room.search.hits.topLevelItem(0).child(0)]
    ((start, end),) = item.data(0, SPANS)
    assert item.text(0)[start:end] == "whales"


def test_notes_of_closed_documents_are_found_also_after_a_restart(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Prologue.md")
    note(window, "whales")
    window.parts.files.close(window.parts.workspace.current)
    assert search(window, qtbot, "whales") == ["Prologue", "Notes: whales"]
    window.close()
    again = project_window()
    assert search(again, qtbot, "whales") == ["Prologue", "Notes: whales"]
    again.room.walking.open("Prologue.md")
    again.room.notes.field.selectAll()
    QTest.keyClicks(again.room.notes.field, "dolphins")
    assert search(again, qtbot, "whales") == []
    assert search(again, qtbot, "dolphins") == ["Prologue", "Notes: dolphins"]


def test_notes_on_a_private_text_are_not_put_into_the_index(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Prologue.md")
    note(window, "whales")
    assert search(window, qtbot, "whales") == ["Prologue", "Notes: whales"]
    window.room.walking.open("Prologue.md")
    window.parts.commands["private"].trigger()
    window.room.searching.search()
    qtbot.waitUntil(lambda: window.room.search.state == "Nothing found.")
    assert window.parts.files.close(window.parts.workspace.current)
    assert search(window, qtbot, "whales") == []


def test_a_way_leads_back_from_notes_to_the_hits_until_the_writer_is_elsewhere(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Prologue.md")
    note(window, "whales")
    room = window.room
    assert room.notes.back.isHidden(), "nothing was searched for"
    search(window, qtbot, "whales")
    QTest.keyClick(room.search.field, Qt.Key.Key_Return)
    assert window.parts.assistant.tool is room.notes
    QTest.keyClick(room.notes.field, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert room.notes.back.hasFocus()
    QTest.keyClick(room.notes.back, Qt.Key.Key_Space)
    assert window.parts.assistant.tool is room.search
    assert room.search.hits.hasFocus()
    assert room.search.lines == ["Prologue", "Notes: whales"]
    QTest.keyClick(current(window).editor, Qt.Key.Key_K, CTRL_SHIFT)
    assert window.parts.assistant.tool is room.notes
    assert room.notes.back.isHidden()
