import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from engine.store.edits import Origin
from engine.store.runs import Author
from gui.dialogs.authors import statement
from tests.gui.answering import answer_by


def test_the_shares_add_up_to_a_hundred():
    words = statement("Story", {Author.HUMAN: 2, Author.MODEL: 1, Author.ACCEPTED: 0, Author.EDITED: 0}, 0.0)
    assert [int(line.split(" % ")[0]) for line in words.splitlines() if " % " in line] == [67, 0, 0, 33]


def press(window, name):
    """Open the statement and press a button of it."""
    answer_by(name)
    window.parts.commands["authors"].trigger()


@pytest.fixture
def story(open_window):
    """A text of which the writer wrote a quarter."""
    window = open_window()
    editor = window.parts.workspace.current.editor
    QTest.keyClicks(editor, "Once")
    editor.write(4, 4, " upon a time", Origin.MODEL)
    return window


def test_the_statement_of_a_document_can_be_copied(story):
    press(story, "Copy")
    assert "Who wrote Untitled:\n\n25 % the writer\n" in QGuiApplication.clipboard().text()
    assert "\n75 % a language model, neither accepted nor edited" in QGuiApplication.clipboard().text()


def test_the_statement_can_be_saved(story, monkeypatch, tmp_path):
    path = tmp_path / "who.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    story.parts.commands["accept"].trigger()
    press(story, "Save as…")
    assert "\n75 % a language model, accepted by the writer as it was\n" in path.read_text()


def test_a_text_without_edits_has_no_authors_to_tell(open_window):
    window = open_window()
    window.parts.commands["authors"].trigger()
    assert "no history" in window.parts.messages.sentence
