"""Backups of the files that are saved here: kept, shown, brought back, forgotten."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engine.errors import StorageError
from engine.paths import data_dir
from engine.store.backups import Backups
from engine.text.documents import SIZE_LIMIT
from gui.dialogs.backups import BackupsDialog
from gui.open_document import OpenDocument
from gui.parts import Parts
from gui.restoring import bring_back

_END_SECONDS = 20.0  # for a slow disk


class BackingUp(QObject):
    """Keep what each save writes, and what it replaces, in a thread of their own, so that nobody waits for it."""

    failed = Signal(str)

    def __init__(self, window: QWidget, parts: Parts) -> None:
        super().__init__(window)
        self._window = window
        self._parts = parts
        self.backups = Backups(data_dir() / "backups", beside=parts.settings.backups_beside)
        self._pool = ThreadPoolExecutor(1, "backups")
        self._last: Future[None] | None = None
        self.failed.connect(parts.messages.warn)
        parts.workspace.document_added.connect(self._on_added)
        parts.journals.forgotten.connect(self._on_forgotten)
        parts.commands.connect("backups", lambda: self.show(parts.workspace.current))

    def show(self, opened: OpenDocument) -> None:
        """Show the backups of a document, and bring back what the writer chooses."""
        self.settle()
        now = opened.editor.text()
        file = opened.path.resolve() if opened.path else None
        encoding_of = self._parts.journals.encoding_of
        dialog = BackupsDialog(self.backups, file, now, encoding_of, self._parts.looks.theme, self._window)
        dialog.set_read_only(opened.read_only)
        dialog.exec()
        self._parts.settings.backups_beside = self.backups.beside
        if dialog.chosen and opened.editor.text() != now:
            self._parts.messages.warn(
                self.tr("The text was changed meanwhile, so nothing was brought back: try again.")
            )
        elif dialog.chosen:
            bring_back(opened.editor, dialog.chosen)
            self._parts.messages.note(self.tr("The earlier text is back; one undo takes it away again."))

    @Slot(Path, Path)
    def follow(self, old: Path, new: Path) -> None:
        """Take note that a file or folder was moved."""
        self._do(functools.partial(self.backups.follow, old, new))

    def settle(self, seconds: float = _END_SECONDS) -> bool:
        """Wait until all that was asked for is done; tell whether it was in time."""
        return self._last is None or not wait([self._last], seconds).not_done

    @Slot(object)
    def _on_added(self, opened: OpenDocument) -> None:
        # Before a save, too: the file may be another program's, or from before our time.
        opened.saving.connect(lambda path, _digest, _about: self._keep(opened, path))
        opened.saved.connect(lambda: self._keep(opened, opened.path))

    def _keep(self, opened: OpenDocument, path: Path | None) -> None:
        """Keep what the file holds, unless it is private; read now, since it may soon be replaced or moved."""
        data = _content(path) if path and not self._parts.journals.is_private(opened) else None
        if path and data is not None:
            self._do(functools.partial(self.backups.put, path.resolve(), data, time.time()))

    @Slot(object)
    def _on_forgotten(self, path: Path | None) -> None:
        if path is not None:
            self._do(functools.partial(self.backups.forget, path.resolve()))

    def _do(self, action: Callable[[], None]) -> None:
        self._last = self._pool.submit(self._try, action)

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except StorageError as error:
            self.failed.emit(str(error))


def _content(path: Path) -> bytes | None:
    """Return what a file holds; None where it is not there, no file, or too large to be one of ours."""
    try:
        if path.is_file() and path.stat().st_size < SIZE_LIMIT:
            return path.read_bytes()
    except OSError:
        pass  # whoever saves to it will hear of it
    return None
