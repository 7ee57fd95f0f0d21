"""Opening and saving documents: dialogs, recent files, and what can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import EngineError, StorageError
from engine.text.documents import Document, EncodingError, read_document, write_document
from gui.dialogs.questions import Answer, EncodingDialog, ask_to_save
from gui.journals import Journals
from gui.open_document import OpenDocument
from gui.panels.message_bar import MessageBar
from gui.settings import Settings
from gui.workspace import Workspace

_KINDS = (".txt", ".md", ".markdown", ".text")


class Files(QObject):
    """Do what the File menu says; every failure becomes a sentence and loses nothing."""

    saved = Signal(object)  # OpenDocument
    put_away = Signal(str, str)  # title and identity of a document that was closed with unsaved text, which is kept
    recent_changed = Signal()

    def __init__(
        self, window: QWidget, workspace: Workspace, settings: Settings, messages: MessageBar, journals: Journals
    ) -> None:
        super().__init__(window)
        self._journals = journals
        self._window = window
        self._workspace = workspace
        self._settings = settings
        self._messages = messages
        workspace.editor_made.connect(lambda editor: editor.files_dropped.connect(self.open_all))

    @Slot()
    def new(self) -> None:
        """Open an empty document."""
        self._workspace.add(Document(""), None)

    @Slot()
    def ask_open(self) -> None:
        """Let the writer choose files and open them."""
        names, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Open"), self._folder(), f"{self._text_filter()};;{self.tr('All files (*)')}"
        )
        self.open_all([Path(name) for name in names])

    @Slot(list)
    def open_all(self, paths: list[Path]) -> None:
        """Open each of the files; what went wrong with several of them is said together."""
        wrong = []
        for path in paths:
            try:
                self._open(path, "")
            except EngineError as error:
                wrong.append(str(error))
        if wrong:
            self._messages.warn("\n".join(wrong))

    def open(self, path: Path, encoding: str = "") -> bool:
        """Open a file or show the document that holds it already; tell whether that worked."""
        try:
            return self._open(path, encoding)
        except EngineError as error:
            self._messages.warn(str(error))
            return False

    def _open(self, path: Path, encoding: str) -> bool:
        """Open a file; tell whether it was. Raises EngineError."""
        opened = self._workspace.document_of(path)
        if opened is not None:
            self._workspace.show_document(opened)
            return True
        try:
            document = read_document(path, encoding or self._journals.encoding_of(path))
        except EncodingError as error:
            return self._open_encoded(path, error)
        self._workspace.add(document, path.absolute())
        self._remember(path.absolute())
        return True

    def save(self, opened: OpenDocument) -> bool:
        """Save a document to its file, or ask for one; tell whether it is saved."""
        if opened.path is None or opened.read_only:
            return self.ask_save(opened)
        if opened.changed_on_disk:
            self._messages.warn(
                self.tr("{0} was changed by another program: overwrite it, or save elsewhere.").format(opened.path),
                self.tr("Overwrite"),
                self.while_open([opened], self.overwrite),
            )
            return False
        return self._write(opened, opened.path)

    def ask_save(self, opened: OpenDocument) -> bool:
        """Let the writer choose a file and save a document to it; tell whether it is saved."""
        if opened.read_only:
            self.save_text(opened.editor.text(), opened.path.name if opened.path else "")
            return False
        path = self._ask_path(opened.path or Path(self._folder()) / self.tr("Untitled.md"))
        other = self._workspace.document_of(path) if path else None
        if other is not None and other is not opened:
            self._messages.warn(self.tr("{0} is open here, too: choose another name or close it first.").format(path))
            return False
        return path is not None and self._write(opened, path)

    def overwrite(self, opened: OpenDocument) -> bool:
        """Save a document to its file, whatever that holds now; tell whether it is saved."""
        return self._write(opened, opened.path)

    def while_open(
        self, documents: Sequence[OpenDocument], act: Callable[[OpenDocument], object]
    ) -> Callable[[], None]:
        """Return what does `act` to those of the documents that are still open then: a sentence may stand longer."""

        def try_it() -> None:
            still = [each for each in documents if each in self._workspace.documents]
            for each in still:
                act(each)
            if not still:
                self._messages.note(self.tr("This document was closed meanwhile."))

        return try_it

    def save_text(self, text: str, name: str) -> None:
        """Let the writer choose a file for a text that is no document yet."""
        path = self._ask_path(Path(self._folder()) / name)
        if path is None:
            return
        try:
            write_document(path, Document(text))
        except StorageError as error:
            self._messages.warn(str(error))
            return
        self._remember(path)
        self._messages.note(self.tr("Saved as {0}.").format(path))

    def close(self, opened: OpenDocument) -> bool:
        """Close a document, asking about what is neither saved nor kept; tell whether it is closed."""
        if not self.may_close(opened):
            return False
        title, identity = opened.title, opened.identity
        kept = opened.modified and self._journals.keeps(opened)
        self._workspace.remove(opened)
        if kept:
            self.put_away.emit(title, identity)
        return True

    def may_close(self, opened: OpenDocument) -> bool:
        """Ask about changes that are neither saved nor kept; tell whether the document may go."""
        if not opened.modified or self._journals.keeps(opened):
            return True
        self._workspace.show_document(opened)
        answer = ask_to_save(self._window, opened.title)
        if answer is Answer.SAVE:
            return self.save(opened)
        return answer is Answer.DISCARD

    def _write(self, opened: OpenDocument, path: Path | None) -> bool:
        assert path is not None
        try:
            opened.save(path)
        except StorageError as error:
            cause = error.__cause__
            if isinstance(cause, UnicodeEncodeError):
                write = self.while_open([opened], lambda opened: self._write_utf8(opened, path))
                self._messages.warn(str(error), self.tr("Save as UTF-8"), write)
            else:
                self._messages.warn(str(error), self.tr("Save as…"), self.while_open([opened], self.ask_save))
            return False
        self._remember(path)
        self.saved.emit(opened)
        return True

    def _write_utf8(self, opened: OpenDocument, path: Path) -> None:
        try:
            opened.save(path, "utf-8")
        except StorageError as error:
            self._messages.warn(str(error))
            return
        self.saved.emit(opened)

    def _open_encoded(self, path: Path, error: EncodingError) -> bool:
        if not error.encodings:
            self._messages.warn(str(error))
            return False
        dialog = EncodingDialog(path, error.encodings, self._window)
        if dialog.exec() != EncodingDialog.DialogCode.Accepted or not dialog.encoding:
            self._messages.note(str(error))
            return False
        return self.open(path, dialog.encoding)

    def _ask_path(self, suggestion: Path) -> Path | None:
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save as"), str(suggestion), f"{self._text_filter()};;{self.tr('All files (*)')}"
        )
        return Path(name).absolute() if name else None

    def _text_filter(self) -> str:
        return self.tr("Texts ({0})").format(" ".join(f"*{kind}" for kind in _KINDS))

    def _folder(self) -> str:
        recent = self._workspace.current.path or next((Path(name) for name in self._settings.recent), None)
        return str(recent.parent) if recent and recent.parent.is_dir() else str(Path.home())

    def _remember(self, path: Path) -> None:
        self._settings.add_recent(path)
        self.recent_changed.emit()
