"""A document that is open: its editor, its file, and what the model wrote in it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.store.edits import Origin
from engine.store.word_diff import word_diff
from engine.text.documents import Document, digest_of, encode_document, write_bytes
from gui.editor import Editor
from gui.markdown import MarkdownHighlighter
from gui.model_text import ModelText
from gui.restoring import bring_back, places
from gui.settings import Notes
from gui.themes import Theme, model_format


class OpenDocument(QObject):
    """Keep an editor and its file together."""

    changed = Signal()  # title, path or whether there is something to save
    saving = Signal(Path, str, object)  # just before the text goes into a file: where, its digest, what is about it
    saved = Signal()

    def __init__(self, editor: Editor, theme: Theme, document: Document, path: Path | None, identity: str = "") -> None:
        """Begin with `document`; `identity` names its journal where it has one that no file leads to."""
        super().__init__(editor)
        self.editor = editor
        self.path = path
        self.identity = identity
        self.number = 1  # among those that have no file
        self.digest = document.digest
        self.notes = Notes()
        self._theme = theme
        self._document = replace(document, text="")
        self._stamp = _stamp(path)
        # Of a file that is gone: whether the text was modified before, and what it was.
        self._missing: tuple[bool, str] | None = None
        self.saved_at = 0.0  # time.monotonic; 0 for not since it was opened
        editor.set_text(document.text)
        self.model_text = ModelText(editor, lambda: model_format(self._theme))
        self._highlighter = MarkdownHighlighter(editor.document(), theme)
        editor.document().modificationChanged.connect(lambda _modified: self.changed.emit())

    @property
    def title(self) -> str:
        """Return the file's name, or what a text without a file is called."""
        unnamed = self.tr("Untitled") if self.number == 1 else self.tr("Untitled {0}").format(self.number)
        name = self.path.name if self.path else unnamed
        return self.tr("{0} (read-only)").format(name) if self.read_only else name

    @property
    def theme(self) -> Theme:
        """Return the colours in which the text is shown."""
        return self._theme

    @property
    def read_only(self) -> bool:
        """Tell whether another window has the document, so that it can only be read here."""
        return self.editor.isReadOnly()

    def set_read_only(self) -> None:
        """Let the text be read only from now on."""
        self.editor.setReadOnly(True)
        self.changed.emit()

    @property
    def about(self) -> dict[str, Any]:
        """Return what the file has beside the text."""
        return _about(self._document)

    def restore(self, raw: str, about: dict[str, Any]) -> None:
        """Show a text that is kept as it was laid out, and is not saved, in the form of its file `about`."""
        self.editor.set_raw_text(raw)
        self._document = replace(self._document, **about)
        self.editor.document().setModified(True)

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

    def note_missing(self) -> bool:
        """Take note of a file that is gone, whose text is unsaved until it is back; tell whether it just went."""
        gone = self._stamp is not None and _stamp(self.path) is None
        if gone and self._missing is None:
            self._missing = self.modified, self.editor.raw_text()
            self.editor.document().setModified(True)
            return True
        if not gone and self._missing is not None:
            before, self._missing = self._missing, None
            if before == (False, self.editor.raw_text()):
                self.editor.document().setModified(False)
        return False

    def take_file(self, document: Document) -> None:
        """Have the text that is in the file now, as one undo step."""
        assert self.path is not None
        bring_back(self.editor, places(word_diff(document.text, self.editor.text())), Origin.OUTSIDE)
        self.saving.emit(self.path, document.digest, _about(document))
        self._note_file(document)
        self.editor.document().setModified(False)
        self.saved.emit()
        self.changed.emit()

    def follow(self, path: Path) -> None:
        """Take note that the file was moved to `path`."""
        self.path = path
        self.changed.emit()

    def note_same_file(self) -> None:
        """Take note that the file was touched, but holds what it held."""
        self._stamp = _stamp(self.path)

    def _note_file(self, document: Document) -> None:
        self._document = replace(document, text="")
        self.digest = document.digest
        self._stamp = _stamp(self.path)
        self._missing = None

    def save(self, path: Path, encoding: str = "") -> None:
        """Write the text to `path`, which is its file from now on. Raises StorageError; the text stays."""
        document = replace(self._document, text=self.editor.text())
        if encoding:
            document = replace(document, encoding=encoding, bom=False)
        data = encode_document(document)
        digest = digest_of(data)
        self.saving.emit(path, digest, _about(document))
        write_bytes(path, data)
        self.path = path
        self._note_file(replace(document, digest=digest))
        self.saved_at = time.monotonic()
        self.editor.document().setModified(False)
        self.saved.emit()
        self.changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Show everything in the colours of `theme`."""
        self._theme = theme
        self._highlighter.set_theme(theme)
        self.model_text.repaint()


def _about(document: Document) -> dict[str, Any]:
    return {"encoding": document.encoding, "bom": document.bom, "newline": document.newline}


def _stamp(path: Path | None) -> tuple[int, int] | None:
    try:
        status = path.stat() if path else None
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size) if status else None
