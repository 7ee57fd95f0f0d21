"""The journal of an open document as the window feeds it: every edit, every save, from the moment it is open."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Slot

from engine.store.authorship import put_authors
from engine.store.edits import Change, Origin
from engine.store.exchange import dialogue_of
from engine.store.journal import Journal
from engine.store.library import Card, Library
from engine.store.notes import notes_of
from gui.edits import span
from gui.journal_thread import JournalThread
from gui.open_document import OpenDocument

_SAVE_SECONDS = 2.0  # that a save waits for the journal to take note of it
_TITLE = 60  # characters


class DocumentJournal(QObject):
    """Hand the edits of `opened` to the thread that writes journals, and keep its card true."""

    def __init__(
        self, opened: OpenDocument, journal: Journal, card: Card, thread: JournalThread, library: Library
    ) -> None:
        super().__init__(opened)
        self.opened = opened
        self.journal = journal
        self.card = card
        self.trouble = ""  # why edits are not kept at present
        self._thread = thread
        self._library = library
        opened.editor.edited.connect(self._on_edited)
        opened.saving.connect(self._on_saving)
        opened.saved.connect(self._on_saved)
        opened.model_text.accepted.connect(self.keep_authors)
        # Once the edit itself is written down.
        opened.model_text.carried.connect(self.keep_authors, Qt.ConnectionType.QueuedConnection)

    @property
    def keeps(self) -> bool:
        """Tell whether the text outlives the window without being saved."""
        return not (self.trouble or self.card.private)

    def ask(self, action: Callable[[], Any]) -> Any:
        """Return what `action` finds in the journal. Raises StorageError."""
        return self._thread.ask(action)

    def do(self, action: Callable[[], object]) -> None:
        """Have `action` done in the journals' thread, after all edits so far."""
        self._thread.do(self.journal, action)

    def mark(self, reason: str, name: str = "") -> None:
        """Make the text as of now a version to go back to."""
        self.do(functools.partial(self.journal.mark, reason, name))
        self.keep_authors()

    @Slot()
    def keep_authors(self) -> None:
        """Keep whose the text is as of now."""
        self.do(functools.partial(put_authors, self.journal, self.opened.model_text.kept))

    def align(self, origin: Origin) -> None:
        """Make the journal's text that of the window, whatever came between."""
        self.do(functools.partial(self.journal.align, self.opened.editor.raw_text(), origin))

    def put_card(self, **changed: Any) -> None:
        """Keep what changed of the card, in order with the edits."""
        self.card = replace(self.card, **changed)
        self.do(functools.partial(self._library.put, self.card))

    def close(self, *, put_away: bool) -> None:
        """Let go of the journal; none is kept where nothing was ever edited or said, or where it is private."""
        self._disconnect()
        self.do(functools.partial(_keep_if_edited, self.journal, self.opened.model_text.kept))
        opened = self.opened
        if not self.card.private:
            title = "" if opened.path else " ".join(opened.editor.text_between(0, 4 * _TITLE).split())[:_TITLE]
            self.put_card(title=title, unsaved=opened.modified, put_away=put_away)
        self.do(self._end)

    def forget(self) -> None:
        """Delete the journal; the text in the window stays."""
        self._disconnect()
        self.do(self.journal.close)
        self.do(functools.partial(self._library.forget, self.card.identity))

    def _disconnect(self) -> None:
        self.opened.editor.edited.disconnect(self._on_edited)
        self.opened.saving.disconnect(self._on_saving)
        self.opened.saved.disconnect(self._on_saved)
        self.opened.model_text.accepted.disconnect(self.keep_authors)
        self.opened.model_text.carried.disconnect(self.keep_authors)

    def _end(self) -> None:
        """Close the database, in the journal's thread."""
        said = self.card.path and (dialogue_of(self.journal) or notes_of(self.journal))
        worth = self.journal.last or said or self.card.unsaved  # as without an edit, where the file is gone
        self.journal.close()
        if self.card.private or not worth:
            self._library.forget(self.card.identity)

    @Slot(int, int, int)
    def _on_edited(self, position: int, removed: int, added: int) -> None:
        if not self.card.unsaved:  # first, for a kill between the two must not hide the edit
            self.put_card(unsaved=True)
        editor = self.opened.editor
        text = span(editor.document(), position, position + added).selectedText() if added else ""
        self._thread.append(self.journal, Change(position, removed, text, editor.origin))

    @Slot(Path, str, object)
    def _on_saving(self, path: Path, digest: str, about: dict[str, Any]) -> None:
        self.align(Origin.HUMAN)
        self.do(functools.partial(self.journal.begin_save, digest, about))
        self.keep_authors()
        encoding = "" if about["bom"] or about["encoding"] == "utf-8" else about["encoding"]
        self.put_card(path=str(path.resolve()), encoding=encoding, unsaved=True)
        self._thread.settle(_SAVE_SECONDS)

    @Slot()
    def _on_saved(self) -> None:
        self.do(self.journal.end_save)
        self.put_card(unsaved=False)


def _keep_if_edited(journal: Journal, authors: dict[str, Any]) -> None:
    """Keep whose the text is at the end; a journal without edits has nothing to tell and may not even be there."""
    if journal.last:
        put_authors(journal, authors)
