"""Results beside the text: what becomes of a translation, and where key sentences lead."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from engine.events import KeySentence
from tests.gui.driving import end_of, press

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def test_a_translation_of_the_selection_can_replace_it(open_window):
    window = open_window("Good morning. How are you?")
    editor = window.parts.workspace.current.editor
    editor.put_caret(0, 13)
    press(window, Qt.Key.Key_2, ALT)
    press(window, Qt.Key.Key_Return, CTRL)
    for text in ("Guten", " Morgen."):
        window.parts.results.on_text(0, text)
    QTest.keyClicks(editor, "")
    window.parts.jobs.stop()
    assert window.parts.result.text == "Guten Morgen."
    window.parts.result.replace_asked.emit()
    assert editor.text() == "Guten Morgen. How are you?"
    press(window, Qt.Key.Key_Z, CTRL)
    assert editor.text() == "Good morning. How are you?"


def test_a_result_can_be_inserted_at_the_caret_and_copied(open_window, qapp):
    window = open_window("Hello.")
    end_of(window)
    window.parts.tabs.setCurrentIndex(1)
    press(window, Qt.Key.Key_Return, CTRL)
    window.parts.results.on_text(0, " Hallo.")
    window.parts.jobs.stop()
    window.parts.result.insert_asked.emit()
    assert window.parts.workspace.current.editor.text() == "Hello. Hallo."
    next(b for b in window.parts.result.findChildren(QAbstractButton) if b.text() == "Copy").click()
    assert qapp.clipboard().text() == " Hallo."


def test_a_source_that_was_changed_is_not_replaced(open_window):
    window = open_window("Hello.")
    window.parts.tabs.setCurrentIndex(1)
    press(window, Qt.Key.Key_Return, CTRL)
    window.parts.results.on_text(0, "Hallo.")
    window.parts.jobs.stop()
    editor = window.parts.workspace.current.editor
    editor.put_caret(3, 3)
    QTest.keyClicks(editor, "x")
    window.parts.result.replace_asked.emit()
    assert "source was changed" in window.parts.messages.sentence
    assert editor.text() == "Helxlo."


def test_an_earlier_result_comes_back_by_undo(open_window):
    window = open_window("Hello.")
    window.parts.tabs.setCurrentIndex(1)
    for text in ("Hallo.", "Bonjour."):
        press(window, Qt.Key.Key_Return, CTRL)
        window.parts.results.on_text(0, text)
        window.parts.jobs.stop()
    assert window.parts.result.text == "Bonjour."
    window.parts.result.editor.setFocus()
    QTest.keyClick(window.parts.result.editor, Qt.Key.Key_Z, CTRL)
    assert window.parts.result.text == "Hallo."


def test_a_result_names_the_document_that_it_was_made_of(open_window, tmp_path):
    window = open_window("First here. Second there.", tmp_path / "one.md")
    for tab, start, title in ((2, 0, "Key sentences · one.md"), (1, 6, "German · selection of one.md")):
        window.parts.workspace.current.editor.put_caret(0, start)
        window.parts.tabs.setCurrentIndex(tab)
        press(window, Qt.Key.Key_Return, CTRL)
        assert window.parts.result._title.text() == title


def test_key_sentences_lead_to_their_place_even_after_edits(open_window):
    text = "😀 First here. Second there. Third."
    window = open_window(text)
    window.parts.tabs.setCurrentIndex(2)
    press(window, Qt.Key.Key_Return, CTRL)
    for sentence in ("Third.", "First here."):
        start = text.index(sentence)
        window.parts.results.on_event(KeySentence(sentence, start, start + len(sentence), 1.0))
    editor = window.parts.workspace.current.editor
    press(window, Qt.Key.Key_Home)
    QTest.keyClicks(editor, "New ")
    window.parts.results.on_event(KeySentence("Second there.", 14, 27, 0.5))
    window.parts.jobs.stop()
    assert window.parts.result.sentences.texts == ["First here.", "Second there.", "Third."]
    for card in window.parts.result.sentences.cards:
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
        [shown] = [mark for mark in editor.extraSelections() if mark.cursor.hasSelection()]
        assert shown.cursor.selectedText() == card.accessibleName()
        assert editor.textCursor().position() == shown.cursor.selectionStart()
        assert not editor.textCursor().hasSelection()
