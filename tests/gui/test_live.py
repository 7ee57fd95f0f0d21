"""The window on the real engine process, with random-weight models: keys in, text out."""

import os
import signal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.text.documents import Document
from gui.engine_client import EngineClient
from gui.main_window import MainWindow
from gui.settings import ModeSettings, Settings

TEXT = "Once upon a time there was an old king. He lived in a castle by the sea. Nobody knew his name."
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
PATIENCE = 120_000  # milliseconds: importing torch on a busy machine


@pytest.fixture(scope="module")
def live(qapp, tmp_path_factory):
    """One window and one engine for all tests here, which open a document each."""
    from tests.engine.tiny_models import tiny_causal, tiny_chat, tiny_seq2seq

    folder = tmp_path_factory.mktemp("models")
    (folder / "llama").mkdir()
    (folder / "marian").mkdir()
    (folder / "chat").mkdir()
    write = ModeSettings(model=str(tiny_causal(folder / "llama", "llama")))
    other = str(tiny_seq2seq(folder / "marian", "marian"))
    models = {"write": write, "translate": ModeSettings(model=other), "summarise": ModeSettings(model=other)}
    chat = str(tiny_chat(folder / "chat"))
    models |= {"rewrite": ModeSettings(model=chat), "dialogue": ModeSettings(model=chat)}
    settings = Settings(**models, complete=False, ghost_met=True)
    window = MainWindow(qapp, settings, folder / "settings.json", EngineClient(device="cpu"))
    window.resize(1200, 800)
    window.show()
    window.start_engine()
    yield window
    for opened in window.parts.workspace.documents:
        opened.editor.document().setModified(False)
    window.close()


@pytest.fixture
def page(live, qtbot):
    """An editor with a short text, the caret at its end, and the window in Write mode."""
    live.activateWindow()
    live.parts.messages.hide()
    live.parts.workspace.add(Document(TEXT), None)
    live.parts.tabs.setCurrentIndex(0)
    live.parts.write.set_variants(1)
    live.parts.write.controls.set_changed({"max_new_tokens": 24, "seed": 1})
    editor = live.parts.workspace.current.editor
    editor.put_caret(len(TEXT), len(TEXT))
    yield editor
    live.parts.jobs.stop()


def until(qtbot, condition):
    qtbot.waitUntil(condition, timeout=PATIENCE)


def finish(live, qtbot):
    until(qtbot, lambda: not live.parts.jobs.running)


def test_text_streams_in_at_the_caret_and_one_undo_removes_it(live, page, qtbot):
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    assert page.text().startswith(TEXT)
    assert len(page.text()) > len(TEXT)
    assert live.parts.messages.sentence == ""
    assert live.parts.status.text_of("model") == "llama"
    assert "CPU" in live.parts.status.text_of("device")
    assert live.parts.status.text_of("context").startswith("context ")
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    assert page.text() == TEXT


def test_typing_goes_on_while_text_streams_in(live, page, qtbot):
    live.parts.write.controls.set_changed({"max_new_tokens": 2000, "seed": 1})
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    QTest.keyClick(page, Qt.Key.Key_Home, CTRL)
    for key in "Hear: ":
        before = len(page.text())
        until(qtbot, lambda before=before: len(page.text()) > before)
        QTest.keyClick(page, key)
    assert page.textCursor().position() == 6
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not live.parts.jobs.running
    text = page.text()
    assert text.startswith("Hear: " + TEXT)
    qtbot.wait(200)
    assert page.text() == text  # nothing arrives after a stop
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    assert page.text() == "Hear: " + TEXT


def test_variants_differ_and_are_walked(live, page, qtbot):
    live.parts.write.set_variants(3)
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    shown = []
    for _ in range(3):
        shown.append(page.text()[len(TEXT) :])
        QTest.keyClick(page, Qt.Key.Key_Right, ALT)
    assert len(set(shown)) == 3
    assert page.text() == TEXT + shown[0]
    assert shown == [variant.text for variant in live.parts.writing.variants.variants]
    assert [variant.seed for variant in live.parts.writing.variants.variants] == [1, 2, 3]


def test_a_branch_keeps_what_stands_before_the_caret_and_is_written_again_exactly(live, page, qtbot):
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    first = page.text()
    place = len(TEXT) + (len(first) - len(TEXT)) // 2
    page.put_caret(place, place)
    QTest.keyClick(page, Qt.Key.Key_Return, ALT | Qt.KeyboardModifier.ShiftModifier)
    finish(live, qtbot)
    branch = page.text()
    assert branch[:place] == first[:place]
    assert branch != first
    live.parts.commands["regenerate"].trigger()
    finish(live, qtbot)
    assert "word for word" in live.parts.messages.sentence
    assert page.text() == branch
    variants = live.parts.writing.variants
    assert [variant.model for variant in variants.variants] == 3 * ["llama"]
    variants.show(0)
    assert page.text() == first


def test_the_same_seed_writes_the_same_and_another_variant_another(live, page, qtbot):
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    first = page.text()
    QTest.keyClick(page, Qt.Key.Key_R, CTRL)
    finish(live, qtbot)
    second = page.text()
    assert second != first
    QTest.keyClick(page, Qt.Key.Key_Left, ALT)
    assert page.text() == first
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    assert page.text() == TEXT
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    assert page.text() == first


def test_a_selection_is_translated_beside_the_text(live, page, qtbot):
    live.parts.translate.controls.set_changed({"max_new_tokens": 12})
    page.put_caret(0, 39)
    live.parts.tabs.setCurrentIndex(1)
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    assert live.parts.messages.sentence == "Translating from English into German."
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
    assert page.textCursor().selectedText() == live.parts.result.sentences.texts[1]


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


def test_ghost_text_comes_from_the_words_of_the_text_and_is_taken_by_tab(live, page, qtbot):
    page.put_caret(0, 0)
    page.insertPlainText(f"{TEXT} " * 8)
    page.put_caret(len(TEXT), len(TEXT))
    page.textCursor().insertBlock()
    page.put_caret(len(TEXT), len(TEXT))
    page.setFocus()
    for letter in " Once upon":
        QTest.keyClick(page, letter)
    live.parts.completing.ask()
    until(qtbot, lambda: page.ghost.visible)
    offered = page.ghost.text
    until(qtbot, lambda: not live.parts.background.busy)
    if page.ghost.text != offered:  # the random model had something to say as well
        offered = page.ghost.text
    QTest.keyClick(page, Qt.Key.Key_Tab)
    assert page.text().startswith(f"{TEXT} Once upon{offered}")


def test_the_surprise_map_measures_every_word(live, page, qtbot):
    QTest.keyClick(page, Qt.Key.Key_M, CTRL | Qt.KeyboardModifier.ShiftModifier)
    finish(live, qtbot)
    words = [word.strip(".") for word in TEXT.split()]
    until(qtbot, lambda: len(page.extraSelections()) == len(words))
    assert [mark.cursor.selectedText() for mark in page.extraSelections()] == words
    assert live.parts.messages.sentence == ""
    live.parts.assistant.close_tool()
    assert page.extraSelections() == []


def test_variants_are_ranked_when_all_are_there(live, page, qtbot):
    live.parts.write.set_variants(3)
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    finish(live, qtbot)
    variants = live.parts.writing.variants.variants
    until(qtbot, lambda: sorted(variant.rank for variant in variants) == [1, 2, 3])
    assert all(variant.reason for variant in variants)


def test_a_text_is_scored_by_the_model(live, page, qtbot):
    live.parts.commands["scorecard"].trigger()
    live.parts.scorecard.score_by_model()
    finish(live, qtbot)
    assert "Perplexity" in live.parts.tools.scorecard.report
    live.parts.assistant.close_tool()


def test_an_engine_that_is_killed_costs_no_text_and_the_job_can_be_repeated(live, page, qtbot):
    live.parts.write.controls.set_changed({"max_new_tokens": 2000, "seed": 1})
    QTest.keyClick(page, Qt.Key.Key_Return, CTRL)
    until(qtbot, lambda: len(page.text()) > len(TEXT))
    os.kill(live.parts.client.process_id, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    until(qtbot, lambda: live.parts.messages.sentence != "")
    assert not live.parts.jobs.running
    kept = page.text()
    assert kept.startswith(TEXT)
    assert len(kept) > len(TEXT)
    live.parts.write.controls.set_changed({"max_new_tokens": 8})
    live.parts.messages._button.click()
    until(qtbot, lambda: live.parts.writing.variants.variants[-1].text != "")
    assert page.text().startswith(TEXT)
    live.parts.jobs.stop()
    QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
    assert page.text() == kept
