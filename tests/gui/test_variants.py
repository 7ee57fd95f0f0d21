import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtTest import QTest

from engine.modes import Mode, Request
from gui.model_text import ModelText
from gui.variants import VariantSet


@pytest.fixture
def variants(editor):
    editor.set_text("It rained. Then")
    ModelText(editor, QTextCharFormat)
    editor.put_caret(10, 10)
    made = VariantSet(editor, Request(Mode.WRITE, "It rained."), 10)
    made.expect(3)
    for number, text in enumerate((" One", " Two 😀", "\nThree")):
        made.add_text(number, text)
    made.finish()
    return made


def test_the_first_variant_stands_in_the_text_and_the_others_wait(editor, variants):
    assert editor.text() == "It rained. One Then"
    assert [variant.text for variant in variants.variants] == [" One", " Two 😀", "\nThree"]


def test_walking_swaps_in_place_and_around_the_end(editor, variants):
    seen = []
    for _ in range(3):
        assert variants.walk(1)
        seen.append(editor.text())
    assert seen == ["It rained. Two 😀 Then", "It rained.\nThree Then", "It rained. One Then"]
    variants.walk(-1)
    assert editor.text() == "It rained.\nThree Then"


def test_each_walk_is_one_undo_step_and_the_set_follows(editor, variants):
    variants.walk(1)
    variants.walk(1)
    editor.undo_step()
    assert editor.text() == "It rained. Two 😀 Then"
    assert variants.current == 1
    variants.walk(-1)
    assert editor.text() == "It rained. One Then"


def test_undo_of_all_leaves_none_standing_and_redo_brings_it_back(editor, variants):
    editor.undo_step()
    assert editor.text() == "It rained. Then"
    assert variants.current == -1
    editor.redo_step()
    assert (editor.text(), variants.current) == ("It rained. One Then", 0)


def test_typing_behind_a_swap_is_a_step_of_its_own(editor, variants):
    variants.walk(1)
    assert editor.textCursor().position() == variants.range.end
    QTest.keyClicks(editor, "!")
    editor.undo_step()
    assert editor.text() == "It rained. Two 😀 Then"


def test_an_edited_variant_is_the_writers_and_is_not_swapped(editor, variants):
    editor.put_caret(12, 12)
    QTest.keyClicks(editor, "x")
    assert not variants.walk(1)
    assert editor.text() == "It rained. Oxne Then"


def test_edits_elsewhere_do_not_hinder_walking(editor, variants):
    editor.put_caret(0, 0)
    QTest.keyClicks(editor, "So: ")
    assert variants.walk(1)
    assert editor.text() == "So: It rained. Two 😀 Then"
    assert editor.textCursor().position() == 4


def test_another_variant_takes_the_place_of_the_current_one(editor, variants):
    number = variants.expect(1)
    variants.add_text(number, " Four")
    variants.finish()
    assert editor.text() == "It rained. Four Then"
    assert len(variants.variants) == 4
    editor.undo_step()
    assert editor.text() == "It rained. One Then"


def tinted(editor):
    return [mark.cursor.selectedText() for mark in editor.extraSelections()]


def test_text_is_tinted_until_it_is_accepted(editor, variants):
    assert tinted(editor) == [" One"]
    variants.walk(1)
    assert tinted(editor) == [" Two 😀"]
    editor.findChild(ModelText).accept_all()
    assert tinted(editor) == []
    assert editor.text() == "It rained. Two 😀 Then"


def test_text_that_the_writer_edits_is_tinted_no_longer(editor, variants):
    editor.put_caret(12, 12)
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    assert tinted(editor) == []


def test_what_the_writer_types_around_it_is_not_tinted(editor, variants):
    for position in (14, 10):
        editor.put_caret(position, position)
        QTest.keyClicks(editor, "ab")
    assert editor.text() == "It rained.ab Oneab Then"
    assert tinted(editor) == [" One"]
