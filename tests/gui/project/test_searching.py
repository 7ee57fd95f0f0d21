"""Searching a project by keys, and the way from a hit to its place."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from gui.dialogs.kept_texts import KeptTextsDialog
from tests.gui.answering import agree, answer, in_next_and_close
from tests.gui.driving import current
from tests.gui.project.using_room import CTRL_SHIFT, search


def test_words_are_found_in_every_document_as_they_are_typed(project_window, qtbot):
    window = project_window()
    assert search(window, qtbot, "the s") == [
        "Chapter 1",
        "The keeper climbed the stairs of the lighthouse.",
        "Chapter 2",
        "A storm came over the sea.",
    ]
    assert window.room.search.state == "2 places in 2 documents"


def test_enter_leads_to_the_place_and_down_to_the_list(project_window, qtbot):
    window = project_window()
    search(window, qtbot, "storm")
    QTest.keyClick(window.room.search.field, Qt.Key.Key_Return)
    assert window.parts.workspace.current.title == "Chapter 2.md"
    assert current(window).editor.textCursor().selectedText() == "storm"
    assert current(window).editor.hasFocus()
    search(window, qtbot, "lamp")
    QTest.keyClick(window.room.search.field, Qt.Key.Key_Down)
    assert window.room.search.hits.hasFocus()
    QTest.keyClick(window.room.search.hits, Qt.Key.Key_Return)
    assert current(window).editor.textCursor().selectedText() == "lamp"


def test_a_chinese_word_of_two_characters_is_found(project_window, qtbot):
    window = project_window()
    assert search(window, qtbot, "国王") == ["Chapter 11", "灯塔在海边。老国王爬上灯塔。"]
    QTest.keyClick(window.room.search.field, Qt.Key.Key_Return)
    assert current(window).editor.textCursor().selectedText() == "国王"


def test_text_that_is_not_saved_is_found_and_what_is_gone_is_not(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Prologue.md")
    current(window).editor.selectAll()
    current(window).editor.insertPlainText("Sentences about 😀 whales and more whales")
    assert search(window, qtbot, "king") == []
    assert window.room.search.state == "Nothing found."
    assert search(window, qtbot, "whales")[0] == "Prologue"
    QTest.keyClick(window.parts.workspace.current.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.room.searching.search()
    qtbot.waitUntil(lambda: window.room.search.state == "Nothing found.")


def test_text_of_a_document_that_was_closed_unsaved_is_found(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Prologue.md")
    QTest.keyClicks(current(window).editor, "whales ")
    window.parts.files.close(window.parts.workspace.current)
    assert search(window, qtbot, "whales") == ["Prologue", "whales An old king."]
    QTest.keyClick(window.room.search.field, Qt.Key.Key_Return)
    assert current(window).editor.textCursor().selectedText() == "whales"


def test_a_private_text_is_not_put_into_the_index(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Prologue.md")
    window.parts.commands["private"].trigger()
    QTest.keyClicks(current(window).editor, "whales ")
    assert search(window, qtbot, "whales") == []
    answer(QMessageBox.StandardButton.Discard)
    assert window.parts.files.close(window.parts.workspace.current)
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    assert search(window, qtbot, "whales") == []


def test_a_match_that_moved_meanwhile_is_still_led_to(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Part one/Chapter 2.md")
    search(window, qtbot, "storm")
    current(window).editor.write(0, 0, "Lines above it 😀.\n" * 20)
    QTest.keyClick(window.room.search.field, Qt.Key.Key_Return)
    assert current(window).editor.textCursor().selectedText() == "storm"


def test_what_is_selected_is_searched_for_and_escape_goes_back_to_the_text(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Part one/Chapter 1.md")
    text = current(window).editor
    start = text.text().index("lighthouse")
    text.put_caret(start, start + len("lighthouse"))
    with qtbot.waitSignal(window.room.project.found):
        QTest.keyClick(text, Qt.Key.Key_F, CTRL_SHIFT)
    assert window.room.search.text == "lighthouse"
    QTest.keyClick(window.room.search.field, Qt.Key.Key_Escape)
    assert window.parts.assistant.tool is None
    assert text.hasFocus()


def test_a_document_deleted_meanwhile_is_said(project_window, qtbot, folder):
    window = project_window()
    search(window, qtbot, "storm")
    (folder / "Part one" / "Chapter 2.md").unlink()
    QTest.keyClick(window.room.search.field, Qt.Key.Key_Return)
    assert "There is no file" in window.parts.messages.sentence


def test_text_that_is_made_private_leaves_the_index_and_what_its_file_holds_stays(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Prologue.md")
    QTest.keyClicks(current(window).editor, "whales ")
    assert search(window, qtbot, "whales") == ["Prologue", "whales An old king."]
    with qtbot.waitSignal(window.room.project.complete):
        window.parts.commands["private"].trigger()
    assert search(window, qtbot, "whales") == []
    assert search(window, qtbot, "king") == ["Prologue", "An old king."]


def test_text_of_a_closed_document_leaves_the_index_with_its_history(project_window, qtbot):
    window = project_window()
    window.room.walking.open("Prologue.md")
    QTest.keyClicks(current(window).editor, "whales ")
    window.parts.files.close(window.parts.workspace.current)
    assert search(window, qtbot, "whales") == ["Prologue", "whales An old king."]

    def forget(dialog):
        agree()
        dialog._forget.click()

    with qtbot.waitSignal(window.room.project.complete):
        in_next_and_close(KeptTextsDialog, forget)
        window.parts.commands["kept_texts"].trigger()
    window.activateWindow()
    assert search(window, qtbot, "whales") == []
    assert search(window, qtbot, "king") == ["Prologue", "An old king."]


def test_a_double_click_goes_to_a_place_once(project_window, qtbot):
    window = project_window()
    search(window, qtbot, "storm")
    pane, gone = window.room.search, []
    pane.chosen.connect(gone.append)
    place = pane.hits.visualItemRect(pane.hits.topLevelItem(0).child(0)).center()
    for act in (QTest.mouseClick, QTest.mouseDClick, QTest.mouseRelease):
        act(pane.hits.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert current(window).editor.textCursor().selectedText() == "storm"
    assert len(gone) == 1


def test_a_hit_takes_as_many_lines_as_its_text_needs_when_the_pane_grows_narrow_too(project_window, qtbot):
    window = project_window()
    search(window, qtbot, "storm")
    hits = window.room.search.hits
    hit = hits.topLevelItem(0).child(0)
    hits.resize(2000, hits.height())
    qtbot.waitUntil(lambda: hits.visualItemRect(hit).width() > 1000)
    low = hits.visualItemRect(hit).height()
    hits.resize(90, hits.height())
    qtbot.waitUntil(lambda: hits.visualItemRect(hit).height() > low)
