"""The window on the real engine process: every mode but Write, and the tools."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.live_window import CTRL, TEXT, finish, until


def test_a_selection_is_translated_beside_the_text(live, page, qtbot):
    live.parts.translate.controls.set_changed({"max_new_tokens": 12})
    page.put_caret(0, 39)
    live.parts.tabs.setCurrentIndex(1)
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    until(qtbot, lambda: live.parts.messages.sentence == "Translating from English into German.")
    finish(live, qtbot)
    assert live.parts.messages.sentence == ""
    assert live.parts.result.isVisible()
    assert live.parts.result.text
    assert page.text() == TEXT


def test_key_sentences_lead_to_the_text(live, page, qtbot):
    live.parts.tabs.setCurrentIndex(2)
    live.parts.summarise._count.setValue(2)
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    cards = live.parts.result.sentences.cards
    assert len(cards) == 2
    QTest.mouseClick(cards[1], Qt.MouseButton.LeftButton)
    shown = [mark.cursor.selectedText() for mark in page.extraSelections()]
    assert live.parts.result.sentences.texts[1] in shown
    assert not page.textCursor().hasSelection()


def test_a_passage_is_rewritten_and_one_undo_brings_it_back(live, page, qtbot):
    live.parts.rewrite.controls.set_changed({"max_new_tokens": 24, "seed": 1})
    page.put_caret(0, 39)
    live.parts.tabs.setCurrentIndex(3)
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    first, second = (proposal.text for proposal in live.parts.rewriting.proposals)
    assert first != second
    assert page.text() == TEXT
    changes = live.parts.rewrite.changes
    assert changes.text == first
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert page.text() == first + TEXT[39:]
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    assert page.text() == TEXT
    assert live.parts.messages.sentence == ""


def test_a_question_is_answered_beside_the_text(live, page, qtbot):
    live.parts.dialogue.controls.set_changed({"max_new_tokens": 12, "seed": 1})
    live.parts.tabs.setCurrentIndex(4)
    for _ in range(2):
        live.parts.dialogue.question.setPlainText("Who lived there?")
        QTest.keyClick(live.parts.dialogue.question, Qt.Key.Key_Return, CTRL)
        finish(live, qtbot)
    exchanges = live.parts.conversing.exchanges
    assert [each.question for each in exchanges] == ["Who lived there?"] * 2
    assert all(each.answer for each in exchanges)
    assert page.text() == TEXT
    assert live.parts.messages.sentence == ""


def test_the_surprise_map_measures_every_word(live, page, qtbot):
    QTest.keyClick(page, Qt.Key.Key_M, CTRL | Qt.KeyboardModifier.ShiftModifier)
    finish(live, qtbot)
    words = [word.strip(".") for word in TEXT.split()]
    until(qtbot, lambda: len(page.extraSelections()) == len(words))
    assert [mark.cursor.selectedText() for mark in page.extraSelections()] == words
    assert live.parts.messages.sentence == ""
    live.parts.assistant.close_tool()
    assert page.extraSelections() == []


def test_a_text_is_scored_by_the_model(live, page, qtbot):
    live.parts.commands["scorecard"].trigger()
    live.parts.scorecard.score_by_model()
    finish(live, qtbot)
    assert "Perplexity" in live.parts.tools.scorecard.report
    live.parts.assistant.close_tool()
