"""A document that is open: its editor, its file, and what the model wrote in it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.text.documents import Document, write_document
from gui.editor import Editor
from gui.markdown import MarkdownHighlighter
from gui.model_text import ModelText
from gui.settings import Notes
from gui.themes import Theme, model_format


class OpenDocument(QObject):
    """Keep an editor and its file together."""

    changed = Signal()  # title, path or whether there is something to save

    def __init__(self, editor: Editor, theme: Theme, document: Document, path: Path | None) -> None:
        super().__init__(editor)
        self.editor = editor
        self.path = path
        self.notes = Notes()
        self._theme = theme
        self._document = replace(document, text="")
        self._stamp = _stamp(path)
        self.saved_at = 0.0  # time.monotonic; 0 for not since it was opened
        editor.set_text(document.text)
        self.model_text = ModelText(editor, lambda: model_format(self._theme))
        self._highlighter = MarkdownHighlighter(editor.document(), theme)
        editor.document().modificationChanged.connect(lambda _modified: self.changed.emit())

    @property
    def title(self) -> str:
        """Return the file's name, or what a text without a file is called."""
        return self.path.name if self.path else self.tr("Untitled")

    @property
    def modified(self) -> bool:
        """Tell whether there is something to save."""
        return self.editor.document().isModified()

    @property
    def untouched(self) -> bool:
        """Tell whether this is an empty text that nobody would miss."""
        return self.path is None and not self.modified and self.editor.document().isEmpty()

    @property
    def changed_on_disk(self) -> bool:
        """Tell whether somebody else wrote the file since it was opened or saved here."""
        return self._stamp is not None and _stamp(self.path) not in (self._stamp, None)

    def save(self, path: Path, encoding: str = "") -> None:
        """Write the text to `path`, which is its file from now on. Raises StorageError; the text stays."""
        document = replace(self._document, text=self.editor.text())
        if encoding:
            document = replace(document, encoding=encoding, bom=False)
        write_document(path, document)
        self._document = replace(document, text="")
        self.path = path
        self._stamp = _stamp(path)
        self.saved_at = time.monotonic()
        self.editor.document().setModified(False)
        self.changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Show everything in the colours of `theme`."""
        self._theme = theme
        self._highlighter.set_theme(theme)
        self.model_text.repaint()


def _stamp(path: Path | None) -> tuple[int, int] | None:
    try:
        status = path.stat() if path else None
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size) if status else None
