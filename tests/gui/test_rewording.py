"""Vary and Blend in the window; wordings come when a test says so."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import Notice, TextChunk
from engine.modes import Mode
from tests.gui.scripted_engine import ScriptedClient

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
TEXT = "It rained all day. Nobody came to the house. We waited."


@pytest.fixture
def desk(open_window, tmp_path, monkeypatch):
    """A window, the writer's data in a folder of its own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    window = open_window(TEXT, client=ScriptedClient(), complete=False)
    window.editor = window.parts.workspace.current.editor
    return window


@pytest.fixture
def no_model(monkeypatch):
    monkeypatch.setattr("gui.rewording.list_models", list)


def press(desk, key):
    QTest.keyClick(desk.editor, key, CTRL | SHIFT)


def cards(desk):
    return desk.parts.tools.wordings.cards.cards


def vary(desk, *texts):
    desk.editor.put_caret(25, 25)
    press(desk, Qt.Key.Key_R)
    desk.parts.client.finish(*(TextChunk(text, number) for number, text in enumerate(texts)))


def test_the_sentence_at_the_caret_is_varied(desk):
    desk.editor.put_caret(25, 25)
    press(desk, Qt.Key.Key_R)
    request = desk.parts.client.requests[0]
    assert (request.mode, request.text, request.variants) == (Mode.VARY, "Nobody came to the house.", 5)


def test_cards_show_own_words_and_wordings_and_a_click_exchanges_them(desk):
    vary(desk, "No one came to us.", "Nobody visited.")
    assert [card.accessibleDescription() for card in cards(desk)] == [
        "Nobody came to the house.",
        "No one came to us.",
        "Nobody visited.",
    ]
    assert desk.editor.text() == TEXT
    QTest.mouseClick(cards(desk)[2], Qt.MouseButton.LeftButton)
    assert desk.editor.text() == "It rained all day. Nobody visited. We waited."
    assert [mark.cursor.selectedText() for mark in desk.editor.extraSelections()] == ["Nobody visited."]
    QTest.mouseClick(cards(desk)[1], Qt.MouseButton.LeftButton)
    assert desk.editor.text() == "It rained all day. No one came to us. We waited."
    QTest.mouseClick(cards(desk)[0], Qt.MouseButton.LeftButton)
    assert desk.editor.text() == TEXT
    assert not desk.editor.extraSelections()


def test_choosing_is_one_undo_step(desk):
    vary(desk, "Nobody visited.")
    QTest.mouseClick(cards(desk)[1], Qt.MouseButton.LeftButton)
    QTest.keyClick(desk.editor, Qt.Key.Key_Z, CTRL)
    assert desk.editor.text() == TEXT
    assert desk.parts.rewording.variants.current == 0


def test_an_edited_sentence_is_not_overwritten(desk):
    vary(desk, "Nobody visited.")
    desk.editor.put_caret(25, 25)
    QTest.keyClicks(desk.editor, "X")
    QTest.mouseClick(cards(desk)[1], Qt.MouseButton.LeftButton)
    assert "was changed since" in desk.parts.messages.sentence
    assert "X" in desk.editor.text()


def test_others_are_added_below(desk):
    vary(desk, "Nobody visited.")
    desk.parts.tools.wordings._more.click()
    desk.parts.client.finish(TextChunk("Not a soul came."))
    assert [card.accessibleDescription() for card in cards(desk)][2] == "Not a soul came."


@pytest.mark.parametrize("selection", [(22, 22), (0, 44)])
def test_two_sentences_are_blended(desk, selection):
    desk.editor.put_caret(*selection)
    press(desk, Qt.Key.Key_B)
    request = desk.parts.client.requests[0]
    assert request.mode is Mode.BLEND
    pair = (request.text, request.other)
    assert pair == (
        ("Nobody came to the house.", "We waited.")
        if selection == (22, 22)
        else ("It rained all day.", "Nobody came to the house.")
    )


def test_a_blend_takes_the_place_of_both(desk):
    desk.editor.put_caret(0, 44)
    press(desk, Qt.Key.Key_B)
    desk.parts.client.finish(TextChunk("Nobody rained."))
    QTest.mouseClick(cards(desk)[1], Qt.MouseButton.LeftButton)
    assert desk.editor.text() == "Nobody rained. We waited."


def test_one_sentence_cannot_be_blended(open_window):
    desk = open_window("Only one.", client=ScriptedClient())
    desk.editor = desk.parts.workspace.current.editor
    press(desk, Qt.Key.Key_B)
    assert "two sentences" in desk.parts.messages.sentence


def test_without_a_model_a_sentence_says_how_to_get_one(desk, no_model):
    press(desk, Qt.Key.Key_R)
    assert "Train" in desk.parts.messages.sentence
    assert not desk.parts.client.requests


def test_closing_the_pane_stops_the_job_and_leaves_the_text(desk):
    press(desk, Qt.Key.Key_R)
    desk.parts.assistant.close_tool()
    assert not desk.parts.client.requests
    assert desk.editor.text() == TEXT


def test_what_the_model_has_to_say_is_shown(desk):
    press(desk, Qt.Key.Key_R)
    desk.parts.client.finish(Notice("The model found 2 different wordings."))
    assert desk.parts.messages.sentence == "The model found 2 different wordings."
