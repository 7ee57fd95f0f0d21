"""What a journal holds of a document that was opened: all of it, what a damaged one still gives, or a copy to read."""

from __future__ import annotations

import contextlib
from pathlib import Path

from engine.errors import StorageError
from engine.store.authorship import authors_of
from engine.store.journal import Journal
from engine.store.library import Card
from engine.store.recovery import Recovered, put_aside, read_copy, recover
from engine.store.standing import Standing, standing
from gui.open_document import OpenDocument
from gui.raw_text import from_document
from gui.undo_history import rebuild_undo


def take_up(opened: OpenDocument, journal: Journal) -> Standing:
    """Give a document the text, undo history and authors of its journal, unless the file has a text that is newer."""
    stands = standing(journal, opened.editor.text(), opened.digest, from_document)
    if stands is not Standing.BEHIND:
        about = opened.about if stands is Standing.SAME else journal.about
        opened.restore(journal.text, about)  # lines may have been cut in other places than in the file
        rebuild_undo(opened.editor, journal)
        opened.editor.document().setModified(stands is not Standing.SAME)
    with contextlib.suppress(StorageError):  # of damage in a part of the history, which the timeline names
        opened.model_text.take_up(authors_of(journal))
    return stands


def salvage(opened: OpenDocument, database: Path) -> tuple[Recovered | None, Path]:
    """Show what can be read of a damaged journal; return that, None for nothing, and where the journal is now."""
    aside = put_aside(database)
    found = recover(aside)
    _show(opened, found)
    return found, aside


def show_copy(opened: OpenDocument, card: Card, database: Path) -> None:
    """Show the unsaved text of a journal that can be read, but not written."""
    with contextlib.suppress(StorageError):  # what keeps it from being opened may keep it from being read
        found = read_copy(database)
        if card.unsaved:
            _show(opened, found)


def _show(opened: OpenDocument, found: Recovered | None) -> None:
    if found is not None and from_document(found.text) != opened.editor.text():
        opened.restore(found.text, found.about)
