"""Arranging a project by keys and by dragging: the order stays, the writer's files are never touched for it."""

import json
import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from engine.projects.state import FILE_NAME
from tests.gui.answering import answer_by
from tests.gui.project.conftest import files
from tests.gui.project.using_room import ALT_SHIFT, drag, name, press, rows


def test_keys_move_a_chapter_and_the_order_outlives_the_window(project_window, folder, qtbot, open_window):
    before = files(folder)
    window = project_window()
    press(window, "Part one/Chapter 10.md", Qt.Key.Key_Up)
    press(window, "Part one/Chapter 10.md", Qt.Key.Key_Up)
    press(window, "Part one/Chapter 10.md", Qt.Key.Key_Up)  # at the top it stays
    press(window, "Prologue.md", Qt.Key.Key_Up)
    press(window, "Prologue.md", Qt.Key.Key_Up)
    order = ["Prologue", "Part one", "Chapter 10", "Chapter 1", "Chapter 2", "Part two", "Chapter 11"]
    assert rows(window) == order
    assert window.room.panel.tree.path == "Prologue.md"
    after = files(folder)
    state = json.loads(after.pop(FILE_NAME))
    assert state["order"][""] == ["Prologue.md", "Part one", "Part two"]
    assert after == before
    window.close()
    again = open_window()
    with qtbot.waitSignal(again.room.project.complete):
        again.room.open(folder)
    assert rows(again) == order


def test_the_document_in_view_is_moved_while_the_writer_is_in_the_text(project_window):
    window = project_window()
    window.room.walking.open("Part one/Chapter 1.md")
    QTest.keyClick(window.parts.workspace.current.editor, Qt.Key.Key_Down, ALT_SHIFT)
    assert rows(window)[1:4] == ["Chapter 2", "Chapter 1", "Chapter 10"]
    assert window.parts.workspace.current.editor.text().startswith("# One")


@pytest.mark.parametrize(
    ("target", "where", "order"),
    [
        ("Part one/Chapter 1.md", "above", ["Chapter 10", "Chapter 1", "Chapter 2"]),
        ("Part one/Chapter 1.md", "below", ["Chapter 1", "Chapter 10", "Chapter 2"]),
        ("Part one", "into", ["Chapter 1", "Chapter 2", "Chapter 10"]),
    ],
)
def test_dragging_moves_a_chapter_within_its_part(project_window, folder, target, where, order):
    before = files(folder)
    window = project_window()
    drag(window, "Part one/Chapter 10.md", target, where)
    assert rows(window)[1:4] == order
    after = files(folder)
    after.pop(FILE_NAME, None)
    assert after == before


def test_keys_move_a_chapter_out_of_its_part_and_into_another(project_window, folder, qtbot):
    window = project_window()
    press(window, "Part one/Chapter 1.md", Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: rows(window)[:4] == ["Part one", "Chapter 2", "Chapter 10", "Chapter 1"])
    press(window, "Chapter 1.md", Qt.Key.Key_Down)
    press(window, "Chapter 1.md", Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: rows(window)[3:6] == ["Part two", "Chapter 11", "Chapter 1"])
    assert (folder / "Part two" / "Chapter 1.md").read_text(encoding="utf-8").startswith("# One")


def test_a_part_is_not_moved_into_itself(project_window):
    window = project_window()
    before = rows(window)
    drag(window, "Part one", "Part one", "into")
    drag(window, "Part one", "Part one/Chapter 1.md", "above")
    assert rows(window) == before


def test_a_new_chapter_is_named_in_the_tree_and_written_at_once(project_window, folder, qtbot):
    window = project_window()
    window.room.walking.open("Part one/Chapter 1.md")
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window.parts.workspace.current.editor, Qt.Key.Key_N, modifiers)
    name(window, qtbot, "第二章")
    qtbot.waitUntil(lambda: rows(window)[1:3] == ["Chapter 1", "第二章"])
    editor = window.parts.workspace.current.editor
    qtbot.waitUntil(editor.hasFocus)
    QTest.keyClicks(editor, "It begins")
    window.parts.commands["save"].trigger()
    assert (folder / "Part one" / "第二章.md").read_text(encoding="utf-8") == "It begins"


def test_a_new_part_takes_chapters(project_window, folder, qtbot):
    window = project_window()
    window.parts.commands["new_part"].trigger()
    name(window, qtbot, "Part three")
    qtbot.waitUntil(lambda: "Part three" in rows(window))
    drag(window, "Prologue.md", "Part three", "into")
    qtbot.waitUntil(lambda: (folder / "Part three" / "Prologue.md").exists())


def test_a_name_stays_as_typed_while_words_are_counted(project_window, folder, qtbot):
    window = project_window()
    press(window, "Prologue.md", Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier)
    field = window.room.panel.tree.findChild(QLineEdit)
    QTest.keyClicks(field, "Vorwort")
    with qtbot.waitSignal(window.room.project.counted):
        window.room.project.take_text("Prologue.md", "many more words here")
    assert field.text() == "Vorwort"
    qtbot.waitUntil(lambda: window.room.panel.words == "38")
    assert field.text() == "Vorwort"
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: (folder / "Vorwort.md").exists())


@pytest.mark.parametrize(
    ("title", "words"), [("a/b", "cannot begin"), (".x", "cannot begin"), ("Chapter 2", "already")]
)
def test_a_name_that_cannot_be_is_said_and_nothing_moves(project_window, folder, qtbot, title, words):
    before = files(folder)
    window = project_window()
    press(window, "Part one/Chapter 1.md", Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier)
    name(window, qtbot, title)
    qtbot.waitUntil(lambda: words in window.parts.messages.sentence)
    assert files(folder) == before


def test_leaving_out_keeps_the_file_and_can_be_taken_back(project_window, folder):
    before = files(folder)
    window = project_window()
    window.room.walking.open("Prologue.md")
    window.parts.commands["leave_out"].trigger()
    assert "Prologue" not in rows(window)
    after = files(folder)
    after.pop(FILE_NAME)
    assert after == before
    window.parts.messages._button.click()
    assert "Prologue" in rows(window)
    window.parts.commands["leave_out"].trigger()
    window.parts.commands["bring_back"].trigger()
    assert "Prologue" in rows(window)
    assert not window.parts.commands["bring_back"].isEnabled()


def test_the_bin_asks_first_and_cancel_keeps_the_file(project_window, folder, qtbot):
    window = project_window()
    answer_by("Cancel")
    press(window, "Prologue.md", Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier)
    assert (folder / "Prologue.md").exists()
    answer_by("Put into the bin")
    press(window, "Prologue.md", Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier)
    assert not (folder / "Prologue.md").exists()
    qtbot.waitUntil(lambda: "Prologue" not in rows(window))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the super-user may write everywhere")
def test_an_order_that_cannot_be_kept_holds_in_the_window_and_is_said(project_window, folder):
    window = project_window()
    folder.chmod(0o500)
    try:
        press(window, "Prologue.md", Qt.Key.Key_Up)
        assert rows(window)[-3] == "Prologue"
        assert "read-only" in window.parts.messages.sentence
    finally:
        folder.chmod(0o700)


def test_a_damaged_order_is_said_once_and_never_overwritten(open_window, folder, qtbot):
    (folder / FILE_NAME).write_text("{")
    window = open_window()
    with qtbot.waitSignal(window.room.project.complete):
        window.room.open(folder)
    assert "mend or delete it" in window.parts.messages.sentence
    assert len(rows(window)) == 7
    press(window, "Prologue.md", Qt.Key.Key_Up)
    assert (folder / FILE_NAME).read_text() == "{"
