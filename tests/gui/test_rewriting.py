"""Rewrite mode in the window; proposals come when a test says so."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import Result, TextChunk, VariantFinished
from engine.modes import Mode
from gui.settings import ModeSettings
from tests.gui.scripted_engine import ScriptedClient

CTRL, ALT, SHIFT = (getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("Control", "Alt", "Shift"))
TEXT = "It rained all day. Nobody came to the house. We waited."
PASSAGE = "Nobody came to the house."


@pytest.fixture
def desk(open_window, tmp_path, monkeypatch):
    """A window in Rewrite mode, with a model chosen and a sentence selected along with the space before it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    window = open_window(TEXT, client=ScriptedClient(), complete=False, rewrite=ModeSettings(model=str(tmp_path)))
    window.editor = window.parts.workspace.current.editor
    window.editor.setFocus()
    QTest.keyClick(window.editor, Qt.Key.Key_4, ALT)
    window.editor.put_caret(18, 44)
    return window


def press(desk, key, modifiers=CTRL):
    QTest.keyClick(desk.editor, key, modifiers)


def propose(desk, *texts):
    desk.parts.client.say(Result({"language": "en"}))
    ends = [VariantFinished(number, "end", 5, 7 + number) for number in range(len(texts))]
    desk.parts.client.finish(*(TextChunk(text, number) for number, text in enumerate(texts)), *ends)


def rewrite(desk, *texts):
    press(desk, Qt.Key.Key_Return)
    propose(desk, *texts)


def shown(desk):
    panel = desk.parts.rewrite
    return [card.accessibleDescription() for card in panel.cards.cards], panel.changes.view.toPlainText()


def test_colours_change_before_anything_is_proposed(desk):
    for theme in ("dark", "light"):
        desk.parts.looks.choose(theme)
    assert shown(desk)[0] == []


def test_the_selection_goes_out_with_the_instruction(desk):
    press(desk, Qt.Key.Key_Return)
    (request,) = desk.parts.client.requests
    assert (request.mode, request.text, request.instruction) == (Mode.REWRITE, PASSAGE, "shorter")
    assert request.variants == 2


def test_proposals_wait_beside_the_text_with_what_they_would_change(desk):
    rewrite(desk, "Nobody came.", "No guest came to the house.")
    assert desk.editor.text() == TEXT
    assert shown(desk) == (["Nobody came.", "No guest came to the house."], "Nobody came to the house.")
    press(desk, Qt.Key.Key_Right, ALT)
    assert shown(desk)[1] == "NobodyNo guest came to the house."
    press(desk, Qt.Key.Key_Right, ALT)
    assert shown(desk)[1] == "Nobody came to the house."


def test_accepting_replaces_the_passage_as_one_step(desk):
    rewrite(desk, "Nobody came.", "No guest came.")
    QTest.mouseClick(desk.parts.rewrite.cards.cards[1], Qt.MouseButton.LeftButton)
    press(desk, Qt.Key.Key_Return, CTRL | SHIFT)
    assert desk.editor.text() == "It rained all day. No guest came. We waited."
    assert [mark.cursor.selectedText() for mark in desk.editor.extraSelections()] == ["No guest came."]
    assert shown(desk)[0] == []
    press(desk, Qt.Key.Key_Z)
    assert desk.editor.text() == TEXT


def test_edits_elsewhere_do_no_harm_and_edits_inside_are_not_overwritten(desk):
    rewrite(desk, "Nobody came.", "No guest came.")
    desk.editor.put_caret(0, 0)
    QTest.keyClicks(desk.editor, "So: ")
    desk.parts.rewrite.accept.click()
    assert desk.editor.text() == "So: It rained all day. Nobody came. We waited."
    desk.editor.put_caret(0, 3)
    rewrite(desk, "And:", "Thus:")
    desk.editor.put_caret(1, 1)
    QTest.keyClicks(desk.editor, "X")
    desk.parts.rewrite.accept.click()
    assert "was changed since" in desk.parts.messages.sentence
    assert desk.editor.text().startswith("SXo: ")


def test_another_proposal_joins_those_that_are_there(desk):
    desk.parts.rewrite.controls.set_changed({"seed": 7})
    rewrite(desk, "Nobody came.", "No guest came.")
    press(desk, Qt.Key.Key_R)
    (request,) = desk.parts.client.requests
    assert (request.text, request.variants, request.params.seed) == (PASSAGE, 1, 9)
    propose(desk, "Not a soul came.")
    assert shown(desk)[0] == ["Nobody came.", "No guest came.", "Not a soul came."]


def test_a_stop_keeps_what_came_and_it_can_be_accepted(desk):
    press(desk, Qt.Key.Key_Return)
    desk.parts.client.say(TextChunk("Nobody", 0))
    assert not desk.parts.rewrite.accept.isEnabled()
    press(desk, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    assert not desk.parts.jobs.running
    desk.parts.rewrite.accept.click()
    assert desk.editor.text() == "It rained all day. Nobody We waited."


def test_own_words_are_asked_for_and_kept(desk):
    panel = desk.parts.rewrite
    panel.way.setCurrentIndex(panel.way.count() - 1)
    press(desk, Qt.Key.Key_Return)
    assert "how the text is to be rewritten" in desk.parts.messages.sentence
    QTest.keyClicks(panel.words, "In the past tense.")
    press(desk, Qt.Key.Key_Return)
    assert desk.parts.client.requests[0].instruction == "In the past tense."
    settings = desk.parts.settings
    assert (settings.rewrite_way, settings.rewrite_words) == ("", "In the past tense.")


def test_without_a_selection_nothing_is_asked(desk):
    desk.editor.put_caret(3, 3)
    press(desk, Qt.Key.Key_Return)
    assert desk.parts.messages.sentence == "Select what is to be rewritten."
    assert not desk.parts.client.requests


def test_without_a_model_that_can_a_sentence_says_how_to_get_one(open_window):
    desk = open_window(TEXT, client=ScriptedClient(), complete=False, mode=Mode.REWRITE.value)
    desk.editor = desk.parts.workspace.current.editor
    desk.editor.selectAll()
    press(desk, Qt.Key.Key_Return)
    assert "Models > Manage models…" in desk.parts.messages.sentence
    assert not desk.parts.client.requests


def test_a_closed_document_takes_its_proposals_along(desk):
    rewrite(desk, "Nobody came.", "No guest came.")
    desk.editor.document().setModified(False)
    desk.parts.commands["close"].trigger()
    assert shown(desk)[0] == []


def place(desk):
    return desk.parts.rewrite.changes._place.text()


def test_changes_are_gone_through_and_left_out_by_keys(desk):
    desk.editor.put_caret(0, len(TEXT))
    rewrite(desk, "It poured all day. Nobody came to the hut. We slept.")
    assert place(desk) == "Change 1 of 3"
    press(desk, Qt.Key.Key_PageDown, ALT)
    assert place(desk) == "Change 2 of 3"
    press(desk, Qt.Key.Key_X, CTRL | SHIFT)
    assert place(desk) == "Change 2 of 3, left out"
    press(desk, Qt.Key.Key_PageUp, ALT)
    press(desk, Qt.Key.Key_PageUp, ALT)
    assert place(desk) == "Change 3 of 3"
    press(desk, Qt.Key.Key_X, CTRL | SHIFT)
    press(desk, Qt.Key.Key_X, CTRL | SHIFT)
    press(desk, Qt.Key.Key_Return, CTRL | SHIFT)
    assert desk.editor.text() == "It poured all day. Nobody came to the house. We slept."
    press(desk, Qt.Key.Key_Z)
    assert desk.editor.text() == TEXT


def test_a_click_leaves_a_change_out_and_another_takes_it(desk, qtbot):
    rewrite(desk, "Somebody came to the hut.")
    view = desk.parts.rewrite.changes.view
    cursor = view.document().find("hut")
    cursor.setPosition(cursor.selectionStart() + 1)
    spot = view.cursorRect(cursor).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert desk.parts.rewrite.changes.text == "Somebody came to the house."
    assert place(desk) == "Change 2 of 2, left out"
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert desk.parts.rewrite.changes.text == "Somebody came to the hut."


def test_what_is_left_out_is_remembered_while_another_proposal_is_in_view(desk):
    rewrite(desk, "Somebody came to the house.", "No guest came.")
    changes = desk.parts.rewrite.changes
    QTest.mouseClick(changes.toggle, Qt.MouseButton.LeftButton)
    assert changes.text == PASSAGE
    press(desk, Qt.Key.Key_Right, ALT)
    assert changes.text == "No guest came."
    press(desk, Qt.Key.Key_Right, ALT)
    assert changes.text == PASSAGE


def test_changed_numbers_names_and_negations_are_pointed_out(desk):
    desk.editor.selectAll()
    desk.editor.insertPlainText("We saw that Anna came at 12 and did not stay.")
    desk.editor.selectAll()
    rewrite(desk, "We saw that she came at 21 and did stay.")
    changes = desk.parts.rewrite.changes
    assert changes.doubt == 'Check: 12 became 21, the name Anna is gone, a "not" is gone.'
    press(desk, Qt.Key.Key_X, CTRL | SHIFT)
    assert changes.doubt == 'Check: 12 became 21, a "not" is gone.'


def test_while_a_proposal_comes_its_changes_are_only_to_be_read(desk):
    press(desk, Qt.Key.Key_Return)
    desk.parts.client.say(TextChunk("Nobody", 0))
    desk.parts.jobs.deliver()
    desk.parts.rewriting._show()
    press(desk, Qt.Key.Key_X, CTRL | SHIFT)
    changes = desk.parts.rewrite.changes
    assert changes.view.isVisible()
    assert not changes.toggle.isVisible()
    assert changes.doubt == ""
