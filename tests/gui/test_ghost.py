"""Ghost text by itself: where it stands, what it is not, and what makes it go."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from gui.markdown import MarkdownHighlighter
from gui.themes import DARK


@pytest.fixture
def page(editor):
    editor.set_text("There was an old\n\nThe end.")
    editor.put_caret(16, 16)
    assert editor.ghost.may_show()
    editor.ghost.show([" king who lived", " man"])
    return editor


def test_it_is_laid_out_and_is_nothing_of_the_document(page):
    layout = page.document().firstBlock().layout()
    QApplication.processEvents()
    assert layout.preeditAreaText() == " king who lived"
    assert page.text() == "There was an old\n\nThe end."
    assert not page.document().isModified()
    assert page.document().availableUndoSteps() == 0
    page.selectAll()
    assert "king" not in page.createMimeDataFromSelection().text()


def test_nobody_is_told_of_an_edit(editor):
    heard = []
    editor.set_text("There was")
    editor.put_caret(9, 9)
    editor.edited.connect(lambda *edit: heard.append(edit))
    editor.document().contentsChange.connect(lambda *edit: heard.append(edit))
    editor.ghost.show([" once"])
    editor.ghost.hide()
    assert heard == []


def test_a_long_one_wraps_and_pushes_the_next_paragraph_down(page):
    block = page.document().findBlockByNumber(2)
    before = page.rect_of(block.position()).top()
    page.ghost.show([" king who lived alone by the sea 灯塔在海边" * 6])
    assert page.rect_of(block.position()).top() > before
    assert page.document().firstBlock().layout().lineCount() > 3
    page.ghost.hide()
    assert page.rect_of(block.position()).top() == before
    assert page.document().firstBlock().layout().preeditAreaText() == ""


def test_it_is_dimmed_and_markdown_keeps_its_looks(editor):
    highlighter = MarkdownHighlighter(editor.document(), DARK)
    editor.set_text("a **strong**")
    editor.put_caret(12, 12)
    highlighter.rehighlight()
    layout = editor.document().firstBlock().layout()
    before = [(each.start, each.length) for each in layout.formats()]
    editor.ghost.show([" word"])
    assert [(each.start, each.length) for each in layout.formats()] == [*before, (12, 5)]
    assert layout.formats()[-1].format.foreground().color().alphaF() < 0.9
    editor.ghost.hide()
    assert [(each.start, each.length) for each in layout.formats()] == before


def test_typing_its_letters_keeps_the_rest(page):
    QTest.keyClicks(page, " ki")
    assert page.ghost.text == "ng who lived"
    assert page.text() == "There was an old ki\n\nThe end."
    assert page.document().firstBlock().layout().preeditAreaPosition() == 19
    QTest.keyClicks(page, "ng who lived")
    assert not page.ghost.visible


def test_anything_else_drops_it(page):
    QTest.keyClicks(page, "x")
    assert not page.ghost.visible
    assert page.text() == "There was an oldx\n\nThe end."


def test_candidates_that_no_longer_fit_what_was_typed_go(page):
    QTest.keyClicks(page, " k")
    assert page.ghost.place == (1, 1)


def test_cycling_goes_around(page):
    seen = []
    for _ in range(3):
        page.ghost.cycle(1)
        seen.append(page.ghost.text)
    assert seen == [" man", " king who lived", " man"]
    page.ghost.cycle(-1)
    assert page.ghost.place == (1, 2)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (" king who", " king"),
        ("ly, then", "ly,"),
        ("灯塔在", "灯"),
        ("，他说", "，"),
        ("塔，他", "塔，"),
        (" “Yes,” he", " “Yes,”"),
    ],
)
def test_the_next_word(page, text, word):
    page.ghost.show([text])
    assert page.ghost.next_word() == word


@pytest.mark.parametrize(
    "key",
    [
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Backspace,
        Qt.Key.Key_Delete,
        Qt.Key.Key_Return,
        Qt.Key.Key_Tab,
    ],
)
def test_keys_that_move_or_delete_do_as_ever_and_drop_it(page, key):
    page.ghost.show([" king who lived alone in a lighthouse by the sea" * 3])
    twin = type(page)(13.0, lambda _key: False, None)
    twin.resize(page.size())
    twin.set_text(page.text())
    twin.put_caret(16, 16)
    for each in (page, twin):
        QTest.keyClick(each, key)
    assert not page.ghost.visible
    assert page.text() == twin.text()
    assert page.textCursor().position() == twin.textCursor().position()


def test_modifiers_alone_leave_it(page):
    for key in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt):
        QTest.keyClick(page, key)
    assert page.ghost.visible


def test_a_click_drops_it_and_sets_the_caret(page):
    QTest.mouseClick(page.viewport(), Qt.MouseButton.LeftButton, pos=page.rect_of(3).center() + QPoint(1, 0))
    assert not page.ghost.visible
    assert page.textCursor().position() == 3


def test_an_input_method_takes_its_place(page):
    QApplication.sendEvent(page, QInputMethodEvent("ni", []))
    assert not page.ghost.visible
    assert page.document().firstBlock().layout().preeditAreaText() == "ni"
    done = QInputMethodEvent("", [])
    done.setCommitString("你")
    QApplication.sendEvent(page, done)
    assert page.text() == "There was an old你\n\nThe end."


def test_it_goes_with_the_focus_and_markdown_stays(page, qtbot):
    other = QLineEdit(page)
    other.show()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    assert not page.ghost.visible


def test_undo_takes_back_typing_and_drops_it(editor):
    editor.set_text("")
    QTest.keyClicks(editor, "It rained")
    editor.ghost.show([" all day"])
    editor.undo_step()
    assert not editor.ghost.visible
    assert editor.text() == ""


@pytest.mark.parametrize(
    ("text", "caret", "may"), [("a b", 3, True), ("a b  ", 3, True), ("a b", 1, False), ("", 0, True)]
)
def test_it_stands_at_the_end_of_a_paragraph_only(editor, text, caret, may):
    editor.set_text(text)
    editor.put_caret(caret, caret)
    assert editor.ghost.may_show() is may


def test_never_behind_a_selection(editor):
    editor.set_text("one two")
    editor.put_caret(4, 7)
    assert not editor.ghost.may_show()
