"""What a translation or summary comes to, beside the source until the writer uses it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QWidget

from engine.store.runs import Author, Run
from gui.clipboard import copied_from_model
from gui.editor import Editor
from gui.markdown import MarkdownHighlighter
from gui.panels.sentences import SentenceCards
from gui.panels.widgets import button, column, label, plain_button
from gui.themes import Theme


class ResultPane(QFrame):
    """Show a result as text that can be edited, or as key sentences that lead to their source."""

    insert_asked = Signal()
    replace_asked = Signal()
    save_asked = Signal()
    sentence_chosen = Signal(int)

    def __init__(self, editor: Editor, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.editor = editor
        self.highlighter = MarkdownHighlighter(editor.document(), theme)
        editor.setAccessibleName(self.tr("Result"))
        editor.authors_between = lambda start, end: [Run(end - start, Author.MODEL)]
        self._title = label("", "title")
        self.sentences = SentenceCards()
        self.sentences.chosen.connect(self.sentence_chosen)
        self._pages = QStackedWidget()
        self._pages.addWidget(editor)
        self._pages.addWidget(self.sentences)
        layout = column(self, 0)
        layout.addLayout(self._head())
        layout.addWidget(self._pages, 1)
        layout.addLayout(self._foot())
        self.hide()

    @property
    def text(self) -> str:
        """Return the result as text."""
        if self._pages.currentWidget() is self.editor:
            return self.editor.text()
        return "\n".join(self.sentences.texts)

    def show_text(self, title: str) -> None:
        """Show the page of text under `title`."""
        self._title.setText(title)
        self._pages.setCurrentWidget(self.editor)
        self.show()

    def show_sentences(self, title: str) -> None:
        """Show the page of key sentences under `title`, empty."""
        self._title.setText(title)
        self.sentences.clear()
        self._pages.setCurrentWidget(self.sentences)
        self.show()

    def _head(self) -> QHBoxLayout:
        close = plain_button("✕", self.tr("Close the result"))
        close.clicked.connect(self.hide)
        head = QHBoxLayout()
        head.setContentsMargins(20, 8, 8, 4)
        head.addWidget(self._title, 1)
        head.addWidget(close)
        return head

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 6, 14, 10)
        foot.setSpacing(6)
        for text, tip, slot in (
            (self.tr("Insert"), self.tr("Put it at the caret"), self.insert_asked.emit),
            (self.tr("Replace"), self.tr("Put it in place of the source"), self.replace_asked.emit),
            (self.tr("Copy"), self.tr("Copy all of it"), self._on_copy),
            (self.tr("Save as…"), self.tr("Keep it as a file of its own"), self.save_asked.emit),
        ):
            made = button(text, tip)
            made.clicked.connect(slot)
            foot.addWidget(made)
        foot.addStretch(1)
        return foot

    @Slot()
    def _on_copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if self._pages.currentWidget() is self.editor:
            clipboard.setMimeData(copied_from_model(self.text))
        else:
            clipboard.setText(self.text)  # sentences of the source are not the model's
