"""The project room as a writer uses it: by its menus and keys, in a real window."""

import builtins
import threading

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from engine.text.documents import Document
from gui.settings import load_settings
from tests.gui.driving import current
from tests.gui.project.using_room import CTRL_SHIFT, rows

KEYS = Qt.KeyboardModifier
TREE = ["Part one", "Chapter 1", "Chapter 2", "Chapter 10", "Part two", "Chapter 11", "Prologue"]


def test_a_folder_is_opened_from_the_menu_and_shown_in_natural_order(open_window, folder, monkeypatch, qtbot):
    window = open_window()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    with qtbot.waitSignal(window.room.project.complete):
        QTest.keyClick(current(window).editor, Qt.Key.Key_O, CTRL_SHIFT)
    assert rows(window) == TREE
    assert window.room.panel.words == "37"
    assert window.parts.settings.projects == [str(folder)]
    assert sorted(path.name for path in folder.iterdir()) == ["Part one", "Part two", "Prologue.md"]


def test_the_tree_is_there_before_the_texts_are_read_and_the_window_reads_none(
    open_window, tmp_path, qtbot, monkeypatch
):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(200):
        (folder / f"{number}.md").write_text("word " * 2_000)
    window = open_window()
    read_here = []
    real = builtins.open

    def watched(file, *arguments, **named):
        if threading.current_thread() is threading.main_thread() and str(file).startswith(str(folder)):
            read_here.append(file)
        return real(file, *arguments, **named)

    monkeypatch.setattr(builtins, "open", watched)
    monkeypatch.setattr("io.open", watched)
    counted_at_first_sight = []
    window.room.project.arranged.connect(lambda: counted_at_first_sight.append(len(window.room.project.documents)))
    with qtbot.waitSignal(window.room.project.complete, timeout=30_000):
        window.room.open(folder)
    assert counted_at_first_sight[0] == 0
    assert len(rows(window)) == 200
    assert window.room.panel.words == "400,000"
    assert read_here == []


def test_tab_goes_from_the_tree_to_documents_and_outline_and_only_then_to_the_text(project_window):
    window = project_window()
    window.parts.workspace.add(Document("# Elsewhere\n\nNot of the project.\n"), None)
    QTest.keyClick(current(window).editor, Qt.Key.Key_E, CTRL_SHIFT)
    assert window.room.panel.tree.hasFocus()
    visited = []
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget().accessibleName())
    assert visited[:2] == ["Documents", "Outline"]
    assert QApplication.focusWidget() is current(window).editor
    window.parts.documents.focus_outline()
    for name in ("Documents", "Project"):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
        assert QApplication.focusWidget().accessibleName() == name


def test_enter_in_the_tree_opens_a_chapter_and_the_keys_walk_on(project_window):
    window = project_window()
    QTest.keyClick(current(window).editor, Qt.Key.Key_E, CTRL_SHIFT)
    tree = window.room.panel.tree
    assert tree.hasFocus()
    tree.show_path("Part one/Chapter 2.md")
    QTest.keyClick(tree, Qt.Key.Key_Return)
    assert window.parts.workspace.current.title == "Chapter 2.md"
    assert current(window).editor.hasFocus()
    QTest.keyClick(current(window).editor, Qt.Key.Key_PageDown, KEYS.ControlModifier)
    assert window.parts.workspace.current.title == "Chapter 10.md"
    QTest.keyClick(current(window).editor, Qt.Key.Key_PageDown, KEYS.ControlModifier)
    assert window.parts.workspace.current.title == "Chapter 11.md"
    QTest.keyClick(current(window).editor, Qt.Key.Key_PageUp, KEYS.ControlModifier)
    assert tree.path == "Part one/Chapter 10.md"


def test_going_on_loses_nothing_and_asks_nothing(project_window, folder):
    window = project_window()
    window.room.walking.open("Part one/Chapter 1.md")
    QTest.keyClicks(current(window).editor, "Unsaved ")
    before = (folder / "Part one/Chapter 1.md").read_bytes()
    for _ in range(4):
        QTest.keyClick(current(window).editor, Qt.Key.Key_PageDown, KEYS.ControlModifier)
    assert window.parts.messages.sentence == ""
    assert "Chapter 1 •" in rows(window)
    window.room.walking.open("Part one/Chapter 1.md")
    assert current(window).editor.text().startswith("Unsaved # One")
    assert (folder / "Part one/Chapter 1.md").read_bytes() == before


def test_documents_of_the_project_are_in_the_tree_only(project_window):
    window = project_window()
    window.room.walking.open("Prologue.md")
    assert window.parts.documents.titles == []
    window.parts.files.new()
    assert window.parts.documents.titles == ["Untitled"]
    window.room.walking.open("Prologue.md")
    window.parts.documents.document_chosen.emit(0)
    assert window.parts.workspace.current.title == "Untitled"
    window.parts.commands["close_project"].trigger()
    assert window.parts.documents.titles == ["Prologue.md", "Untitled"]


def test_words_are_counted_as_they_are_typed(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Prologue.md")
    QTest.keyClicks(current(window).editor, "Once there was ")
    qtbot.waitUntil(lambda: window.room.panel.words == "40")
    model = window.room.panel.tree.tree
    assert model.words("Prologue.md") == 6
    assert model.index_of("Prologue.md").siblingAtColumn(1).data() == "6"
    assert model.index_of("Part one").siblingAtColumn(1).data() == "21"


def test_the_project_and_its_document_are_back_at_the_next_start(project_window, open_window, tmp_path, qtbot):
    window = project_window()
    window.room.walking.open("Part one/Chapter 2.md")
    window.close()
    settings, _ = load_settings(tmp_path / "settings.json")
    again = open_window(project=settings.project, project_document=settings.project_document)
    with qtbot.waitSignal(again.room.project.complete):
        again.room.restore()
    assert rows(again) == TREE
    assert again.parts.workspace.current.title == "Chapter 2.md"
    assert again.room.panel.tree.path == "Part one/Chapter 2.md"


def test_a_project_that_is_gone_is_no_trouble_at_the_next_start(open_window, tmp_path):
    window = open_window(project=str(tmp_path / "gone"), project_document="a.md")
    window.room.restore()
    assert window.room.project.folder is None
    assert window.parts.messages.sentence == ""
    assert not window.room.panel.isVisible()


def test_recent_projects_are_in_the_file_menu_and_one_that_is_gone_is_said(open_window, folder, tmp_path, qtbot):
    window = open_window(projects=[str(folder), str(tmp_path / "gone")])
    menu = window.room.recent
    assert menu.menuAction() in window.menuBar().actions()[0].menu().actions()
    menu.actions()[1].trigger()
    assert "There is no folder" in window.parts.messages.sentence
    with qtbot.waitSignal(window.room.project.complete):
        menu.actions()[0].trigger()
    assert rows(window) == TREE


def test_what_other_programs_do_in_the_folder_is_seen_on_coming_back(project_window, folder, qtbot):
    window = project_window()
    (folder / "Epilogue.md").write_text("The end of it.")
    (folder / "Prologue.md").unlink()
    window.room.project.look()
    qtbot.waitUntil(lambda: rows(window) == ["Epilogue", *TREE[:-1]])
    qtbot.waitUntil(lambda: window.room.panel.words == "38")


def test_closing_a_project_deletes_its_index_and_leaves_its_documents_open(project_window, own_home):
    window = project_window()
    window.room.walking.open("Prologue.md")
    indexes = own_home / "data" / "penwright" / "projects"
    assert list(indexes.glob("*.db"))
    window.parts.commands["close_project"].trigger()
    assert list(indexes.iterdir()) == []
    assert window.parts.workspace.current.title == "Prologue.md"
    assert not window.parts.commands["search_project"].isEnabled()


def test_the_keys_lead_to_tree_and_outline(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Part one/Chapter 1.md")
    qtbot.waitUntil(lambda: len(window.parts.documents.outline) == 1)
    QTest.keyClick(current(window).editor, Qt.Key.Key_I, CTRL_SHIFT)
    outline = window.focusWidget()
    assert outline.accessibleName() == "Outline"
    QTest.keyClick(outline, Qt.Key.Key_Return)
    assert current(window).editor.hasFocus()
    QTest.keyClick(current(window).editor, Qt.Key.Key_F6)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_F6)
    assert window.room.panel.tree.hasFocus()


def test_every_widget_of_the_room_has_a_name_to_be_read_out(project_window):
    room = project_window().room
    for widget in (room.panel.tree, room.search, room.search.field, room.search.hits, room.notes, room.notes.field):
        assert widget.accessibleName()
