"""The journals of the open documents: begun or taken up when a document is opened, let go when it is closed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import StorageError
from engine.store.database import JournalDamagedError, JournalLockedError
from engine.store.edits import Origin
from engine.store.journal import Journal
from engine.store.library import Card, Library
from engine.store.standing import Standing
from engine.text.documents import Document
from gui.document_journal import DocumentJournal
from gui.journal_thread import JournalThread
from gui.kept_text import salvage, show_copy, take_up
from gui.open_document import OpenDocument
from gui.panels.message_bar import MessageBar
from gui.workspace import Workspace

_END_SECONDS = 20.0  # for a slow disk at the end; what is not written then is asked about


class Journals(QObject):
    """Keep a journal of every document of a workspace, and bring back what was not saved."""

    accepted = Signal(object, int)  # OpenDocument, and the number of its last edit that is safe
    restored = Signal(object, object)  # OpenDocument with unsaved changes of its file, and its Standing
    recovered = Signal(object, object, Path)  # OpenDocument, what was Recovered or None, where the damaged journal is
    taken_up = Signal(object)  # OpenDocument with a history
    begun_anew = Signal(object)  # OpenDocument whose history was forgotten
    forgotten = Signal(object)  # path of a file whose history the writer wanted to go, None for a text without a file
    locked = Signal(object)  # OpenDocument that another window has
    state_changed = Signal()  # whether texts are kept

    def __init__(self, workspace: Workspace, messages: MessageBar, library: Library) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._messages = messages
        self._library = library
        self._kept: dict[OpenDocument, DocumentJournal] = {}
        self._writer = JournalThread(self)
        self._writer.accepted.connect(self._on_accepted)
        self._writer.troubled.connect(self._on_troubled)
        self._writer.lost_track.connect(self._on_lost_track)
        workspace.document_added.connect(self._on_added)
        workspace.closing.connect(self._on_closing)

    def of(self, opened: OpenDocument) -> DocumentJournal | None:
        """Return the journal of a document; None where another window has it, or it cannot be kept."""
        return self._kept.get(opened)

    def keeps(self, opened: OpenDocument) -> bool:
        """Tell whether the text outlives the window without being saved."""
        kept = self.of(opened)
        return kept is not None and kept.keeps

    def unsaved(self) -> list[Card]:
        """Return the documents with unsaved text that the writer did not close and no window has, the oldest first."""
        left = [card for card in self._library.cards() if card.unsaved and not card.put_away]
        return [card for card in left if self._library.is_free(card.identity)]

    def card(self, identity: str) -> Card:
        """Return what is known of a document whose journal is closed."""
        self.settle()
        return self._library.card(identity)

    def encoding_of(self, path: Path) -> str:
        """Return the encoding in which a file was saved here before, "" where the file itself will say."""
        card = self._library.find(path)
        return card.encoding if card else ""

    @property
    def writer(self) -> JournalThread:
        """Return what writes the journals."""
        return self._writer

    @property
    def library(self) -> Library:
        """Return where all journals lie."""
        return self._library

    @property
    def open_here(self) -> set[str]:
        """Return the identities of the documents that this window has."""
        return {kept.card.identity for kept in self._kept.values()}

    def is_private(self, opened: OpenDocument) -> bool:
        """Tell whether the journal of a document goes when it is closed."""
        kept = self.of(opened)
        return kept is not None and kept.card.private

    def set_private(self, opened: OpenDocument, private: bool) -> None:
        """Keep the journal of a document only until it is closed, or also after."""
        kept = self.of(opened)
        if kept is not None and kept.card.private != private:
            kept.put_card(private=private)
            self.state_changed.emit()

    def follow(self, opened: OpenDocument, path: Path) -> None:
        """Take note that the file of a document was moved to `path`."""
        opened.follow(path)
        kept = self.of(opened)
        if kept is not None:
            kept.put_card(path=self._path_of(opened))

    def forget(self, opened: OpenDocument) -> None:
        """Delete the history of a document and begin a new one with its text as it is."""
        kept = self._kept.pop(opened, None)
        if kept is not None:
            kept.forget()
            opened.model_text.forget()
            card = Card(self._library.new_identity(), self._path_of(opened), private=kept.card.private)
            self._begin(opened, card).keep_authors()
            self.begun_anew.emit(opened)
            self.forgotten.emit(opened.path)

    def reopen(self, card: Card) -> None:
        """Open a document whose file is not there, if its journal holds a text and no other window has it."""
        try:
            journal = Journal.load(self._library.database(card.identity))
            journal.close()
        except JournalLockedError:
            return
        except StorageError:
            pass  # it is recovered when it is taken up
        else:
            if not journal.text:
                return
        self._workspace.add(Document(""), Path(card.path) if card.path else None, card.identity)

    def settle(self, seconds: float = _END_SECONDS) -> bool:
        """Wait until every edit is written; tell whether it was in time."""
        return self._writer.settle(seconds)

    def shutdown(self) -> None:
        """Let go of all journals; the documents stay as they are."""
        for opened in list(self._kept):
            self._let_go(opened, put_away=False)
        self._writer.stop(_END_SECONDS)

    def _let_go(self, opened: OpenDocument, *, put_away: bool) -> None:
        kept = self._kept.pop(opened, None)
        if kept is not None:
            kept.close(put_away=put_away)
            if kept.card.private:
                self.forgotten.emit(opened.path)

    @Slot(object)
    def _on_added(self, opened: OpenDocument) -> None:
        card = self._card_of(opened)
        if card is None:
            self._begin(opened, Card(self._library.new_identity(), self._path_of(opened)))
            return
        try:
            journal = Journal.load(self._library.database(card.identity))
        except JournalLockedError:
            opened.set_read_only()
            self.locked.emit(opened)
        except JournalDamagedError:
            self._recover(opened, card)
        except StorageError as error:
            show_copy(opened, card, self._library.database(card.identity))
            self._messages.warn(str(error))  # and nothing that follows is kept
        else:
            self._take_up(opened, journal, card)

    def _card_of(self, opened: OpenDocument) -> Card | None:
        if opened.identity:
            return self._library.card(opened.identity)
        return self._library.find(opened.path) if opened.path else None

    def _path_of(self, opened: OpenDocument) -> str:
        return str(opened.path.resolve()) if opened.path else ""

    def _begin(self, opened: OpenDocument, card: Card) -> DocumentJournal:
        """Begin a journal. That of a file is made at once, so that no other window can change the same text."""
        raw = "" if opened.modified else opened.editor.raw_text()
        journal = Journal(self._library.database(card.identity), raw, opened.about)
        kept = self._keep(opened, journal, card)
        if opened.path is not None:
            try:
                journal.begin_save(opened.digest, opened.about)
                journal.end_save()
                self._library.put(card)
            except StorageError as error:
                kept.trouble = str(error)
                self._messages.warn(kept.trouble)
        if opened.modified:
            kept.put_card(unsaved=True)
            kept.align(Origin.HUMAN)
        return kept

    def _take_up(self, opened: OpenDocument, journal: Journal, card: Card) -> None:
        stands = take_up(opened, journal)
        kept = self._keep(opened, journal, card)
        if stands is Standing.BEHIND:
            kept.align(Origin.OUTSIDE)
        kept.put_card(path=self._path_of(opened), unsaved=opened.modified, put_away=False)
        kept.mark("opened")
        self.taken_up.emit(opened)
        if opened.path is not None and opened.modified:
            self.restored.emit(opened, stands)

    def _recover(self, opened: OpenDocument, card: Card) -> None:
        """Take from a damaged journal what can be read, and begin a new one; the file is left as it is."""
        found, aside = salvage(opened, self._library.database(card.identity))
        self._begin(opened, Card(self._library.new_identity(), self._path_of(opened)))
        self._library.forget(card.identity)
        self.recovered.emit(opened, found, aside)

    def _keep(self, opened: OpenDocument, journal: Journal, card: Card) -> DocumentJournal:
        kept = DocumentJournal(opened, journal, card, self._writer, self._library)
        self._kept[opened] = kept
        opened.identity = card.identity
        return kept

    def _find(self, journal: Journal) -> DocumentJournal | None:
        return next((kept for kept in self._kept.values() if kept.journal is journal), None)

    @Slot(object)
    def _on_closing(self, opened: OpenDocument) -> None:
        self._let_go(opened, put_away=True)

    @Slot(object, int)
    def _on_accepted(self, journal: Journal, number: int) -> None:
        kept = self._find(journal)
        if kept is None:
            return
        if kept.trouble:
            self._messages.withdraw(kept.trouble)
            kept.trouble = ""
            self.state_changed.emit()
        self.accepted.emit(kept.opened, number)

    @Slot(object, str)
    def _on_troubled(self, journal: Journal, sentence: str) -> None:
        kept = self._find(journal)
        if kept is not None:
            kept.trouble = sentence
            self._messages.warn(sentence)
            self.state_changed.emit()

    @Slot(object)
    def _on_lost_track(self, journal: Journal) -> None:
        kept = self._find(journal)
        if kept is not None:
            kept.align(Origin.HUMAN)
