"""The documents that are open, one of them in view."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.text.documents import Document
from gui.editor import Editor
from gui.open_document import OpenDocument
from gui.themes import Theme


class Workspace(QStackedWidget):
    """Stack the editors of the open documents; there is always one."""

    current_changed = Signal(object)  # OpenDocument
    documents_changed = Signal()  # which there are, their titles, whether they are saved
    editor_made = Signal(object)  # Editor
    document_added = Signal(object)  # OpenDocument, just before it is shown
    about_to_close = Signal(object)  # OpenDocument, while everything is still known of it
    closing = Signal(object)  # OpenDocument, just before it goes

    def __init__(self, make_editor: Callable[[QWidget], Editor], theme: Theme) -> None:
        super().__init__()
        self._make_editor = make_editor
        self._theme = theme
        self._open: list[OpenDocument] = []

    @property
    def documents(self) -> list[OpenDocument]:
        """Return the open documents in the order in which they came."""
        return list(self._open)

    @property
    def current(self) -> OpenDocument:
        """Return the document in view."""
        return self._open[self.currentIndex()]

    def add(self, document: Document, path: Path | None, identity: str = "") -> OpenDocument:
        """Open a document and show it, in place of an untouched one if there is nothing else.

        `identity` names a journal that no file leads to.
        """
        spare = self._open[0] if len(self._open) == 1 and self._open[0].untouched else None
        editor = self._make_editor(self)
        editor.setPlaceholderText(self.tr("Write here, or drop a text file."))
        opened = OpenDocument(editor, self._theme, document, path, identity)
        taken = {each.number for each in self._open if each.path is None and each is not spare}
        opened.number = next(number for number in itertools.count(1) if number not in taken)
        opened.changed.connect(self.documents_changed)
        self._open.append(opened)
        self.addWidget(editor)
        self.editor_made.emit(editor)
        self.document_added.emit(opened)
        self.show_document(opened)
        if spare is not None:
            self.remove(spare)
        return opened

    def document_of(self, path: Path) -> OpenDocument | None:
        """Return the open document of a file."""
        resolved = path.resolve()
        return next((each for each in self._open if each.path and each.path.resolve() == resolved), None)

    def show_document(self, opened: OpenDocument) -> None:
        """Bring a document into view."""
        self.setCurrentWidget(opened.editor)
        opened.editor.setFocus()
        self.current_changed.emit(opened)
        self.documents_changed.emit()

    def remove(self, opened: OpenDocument) -> None:
        """Close a document without asking; an empty one follows the last."""
        self.about_to_close.emit(opened)
        self.closing.emit(opened)
        if len(self._open) == 1:
            self._open.remove(opened)
            self.removeWidget(opened.editor)
            opened.editor.deleteLater()
            self.add(Document(""), None)
            return
        self._open.remove(opened)
        self.removeWidget(opened.editor)
        opened.editor.deleteLater()
        self.show_document(self.current)

    def set_theme(self, theme: Theme) -> None:
        """Show every document in the colours of `theme`."""
        self._theme = theme
        for opened in self._open:
            opened.set_theme(theme)
