from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from engine.store.authorship import Author
from engine.store.edits import Origin
from gui.dialogs.authors import statement


def test_the_shares_add_up_to_a_hundred():
    words = statement("Story", {Author.HUMAN: 2, Author.MODEL: 1, Author.EDITED: 0}, 0.0)
    assert "67 % of the text was written by the writer, 33 % by a language model and kept as it was, 0 %" in words


def test_the_statement_of_a_document_can_be_copied(open_window):
    window = open_window()
    editor = window.parts.workspace.current.editor
    QTest.keyClicks(editor, "Once")
    editor.write(4, 4, " upon a time", Origin.MODEL)

    def copy():
        box = next(each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox))
        next(each for each in box.buttons() if each.text().replace("&", "") == "Copy").click()

    QTimer.singleShot(0, copy)
    window.parts.commands["authors"].trigger()
    assert "Untitled: 25 % of the text was written by the writer, 75 %" in QGuiApplication.clipboard().text()


def test_a_text_without_edits_has_no_authors_to_tell(open_window):
    window = open_window()
    window.parts.commands["authors"].trigger()
    assert "no history" in window.parts.messages.sentence
