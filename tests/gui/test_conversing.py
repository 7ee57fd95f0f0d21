"""Dialogue mode in the window; answers come when a test says so."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.events import TextChunk
from engine.modes import Mode
from engine.text.documents import read_document
from gui.settings import ModeSettings
from tests.gui.journalled import after_a_close, after_a_kill
from tests.gui.scripted_engine import ScriptedClient

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
TEXT = "Anna lived by the sea. Nobody came."


@pytest.fixture
def desk(open_window, tmp_path):
    """A window in Dialogue mode, with a model chosen."""
    made = open_window(TEXT, client=ScriptedClient(), complete=False, dialogue=ModeSettings(model=str(tmp_path)))
    made.editor = made.parts.workspace.current.editor
    QTest.keyClick(made.editor, Qt.Key.Key_5, ALT)
    return made


def ask(desk, question, answer=""):
    field = desk.parts.dialogue.question
    field.setFocus()
    QTest.keyClicks(field, question)
    QTest.keyClick(field, Qt.Key.Key_Return, CTRL)
    if answer:
        desk.parts.client.finish(TextChunk(answer))


def said(desk):
    return [(each.question, each.answer, each.voice) for each in desk.parts.conversing.exchanges]


def test_a_question_goes_out_with_the_text_and_what_was_said(desk):
    ask(desk, "Who?", "Anna.")
    ask(desk, "Where?")
    (request,) = desk.parts.client.requests
    assert (request.mode, request.text, request.instruction) == (Mode.DIALOGUE, TEXT, "Where?")
    assert request.texts == ("Who?", "Anna.")
    assert desk.parts.dialogue.question.toPlainText() == ""


def test_answers_stand_below_each_other_and_leave_the_text_alone(desk):
    desk.parts.dialogue.voice.setText("Anna")
    ask(desk, "Who are you?", "I am Anna.")
    ask(desk, "Where?", "By the sea.")
    assert said(desk) == [("Who are you?", "I am Anna.", "Anna"), ("Where?", "By the sea.", "Anna")]
    assert [card.answer.text() for card in desk.parts.dialogue.cards] == ["I am Anna.", "By the sea."]
    assert desk.editor.text() == TEXT


def test_an_answer_is_put_at_the_caret_as_one_step(desk):
    ask(desk, "Who?", " Not even Tom.")
    desk.editor.put_caret(len(TEXT), len(TEXT))
    QTest.mouseClick(desk.parts.dialogue.cards[0].insert, Qt.MouseButton.LeftButton)
    assert desk.editor.text() == TEXT + " Not even Tom."
    assert [mark.cursor.selectedText() for mark in desk.editor.extraSelections()] == [" Not even Tom."]
    QTest.keyClick(desk.editor, Qt.Key.Key_Z, CTRL)
    assert desk.editor.text() == TEXT


def test_a_stop_keeps_what_came_and_an_unanswered_question_goes_back(desk):
    ask(desk, "Who?")
    desk.parts.client.say(TextChunk("An"))
    QTest.keyClick(desk.editor, Qt.Key.Key_Escape)
    assert said(desk) == [("Who?", "An", "")]
    ask(desk, "Where?")
    QTest.keyClick(desk.editor, Qt.Key.Key_Escape)
    assert said(desk) == [("Who?", "An", "")]
    assert desk.parts.dialogue.question.toPlainText() == "Where?"


def test_a_conversation_is_kept_with_its_document_even_if_that_was_never_edited(open_window, tmp_path, monkeypatch):
    path = tmp_path / "one.md"
    path.write_text(TEXT, encoding="utf-8")
    settings = {"complete": False, "dialogue": ModeSettings(model=str(tmp_path)), "mode": Mode.DIALOGUE.value}
    desk = open_window(client=ScriptedClient(), **settings)
    desk.parts.files.open_all([path])
    ask(desk, "Who?", "Anna.")
    killed = after_a_kill(desk, monkeypatch, open_window)
    killed.parts.files.open_all([path])
    assert said(killed) == [("Who?", "Anna.", "")]
    killed.close()
    again = after_a_close(open_window)
    again.parts.files.open_all([path])
    assert said(again) == [("Who?", "Anna.", "")]
    again.parts.dialogue.clear.click()
    again.close()
    last = after_a_close(open_window)
    last.parts.files.open_all([path])
    assert said(last) == []
    assert read_document(path).text == TEXT


def test_each_document_has_its_own(desk):
    ask(desk, "Who?", "Anna.")
    desk.parts.commands["new"].trigger()
    assert said(desk) == []
    assert desk.parts.dialogue.cards == []


def test_without_a_question_or_a_model_a_sentence_says_so(desk, open_window):
    QTest.keyClick(desk.editor, Qt.Key.Key_Return, CTRL)
    assert "no question" in desk.parts.messages.sentence
    other = open_window(TEXT, client=ScriptedClient(), complete=False, mode=Mode.DIALOGUE.value)
    ask(other, "Who?")
    assert "Models > Manage models…" in other.parts.messages.sentence
    assert not other.parts.client.requests


def test_the_newest_answer_is_in_view(desk, qtbot):
    desk.resize(1000, 500)
    for number in range(4):
        ask(desk, f"And {number}?", "It went on like this for a long while. " * 8)
    panel = desk.parts.dialogue

    def end_of_last():
        last = panel.cards[-1]
        return last.mapTo(panel.viewport(), last.rect().bottomLeft()).y()

    qtbot.waitUntil(lambda: panel.verticalScrollBar().value() > 0)
    assert 0 < end_of_last() <= panel.viewport().height()
    panel.verticalScrollBar().setValue(0)
    assert end_of_last() > panel.viewport().height()
    ask(desk, "And then?")
    desk.parts.client.say(TextChunk("Rain. " * 80))
    desk.parts.jobs.deliver()
    qtbot.waitUntil(lambda: 0 < end_of_last() <= panel.viewport().height())
