"""Notes beside the text: the writer's own, kept with the document in its journal as they are typed."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.errors import StorageError
from engine.store.notes import notes_of, put_notes, recover_notes
from gui.journals import Journals
from gui.open_document import OpenDocument
from gui.project.notes_pane import NotesPane
from gui.workspace import Workspace


class Noting(QObject):
    """Show the notes of the document in view, and keep every change at once."""

    def __init__(self, workspace: Workspace, pane: NotesPane, journals: Journals) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._pane = pane
        self._journals = journals
        self._notes: dict[OpenDocument, str] = {}
        pane.edited.connect(self._on_edited)
        workspace.current_changed.connect(self._show)
        workspace.documents_changed.connect(self._on_documents)
        journals.taken_up.connect(self._on_taken_up)
        journals.begun_anew.connect(self._keep)
        journals.recovered.connect(self._on_recovered)

    def of(self, opened: OpenDocument) -> str:
        """Return the notes on an open document."""
        return self._notes.get(opened, "")

    @Slot()
    def _on_edited(self) -> None:
        opened = self._workspace.current
        self._notes[opened] = self._pane.text
        self._keep(opened)

    @Slot(object)
    def _keep(self, opened: OpenDocument) -> None:
        kept = self._journals.of(opened)
        if kept is not None and opened in self._notes:
            kept.do(functools.partial(put_notes, kept.journal, self._notes[opened]))

    @Slot(object)
    def _on_taken_up(self, opened: OpenDocument) -> None:
        kept = self._journals.of(opened)
        if kept is None:
            return
        try:
            self._notes[opened] = kept.ask(functools.partial(notes_of, kept.journal))
        except StorageError:
            return  # the journal says so itself

    @Slot(object, object, Path)
    def _on_recovered(self, opened: OpenDocument, _found: object, aside: Path) -> None:
        notes = recover_notes(aside)
        if notes:
            self._notes[opened] = notes
            self._keep(opened)

    @Slot(object)
    def _show(self, opened: OpenDocument) -> None:
        self._pane.show_notes(opened.title, self.of(opened), keeps=self._can_keep(opened))

    @Slot()
    def _on_documents(self) -> None:
        # Not at closing, when others still ask for them.
        self._notes = {opened: self._notes[opened] for opened in self._workspace.documents if opened in self._notes}
        self._show(self._workspace.current)

    def _can_keep(self, opened: OpenDocument) -> bool:
        """Tell whether notes would be there again: an empty text without a file has nowhere to keep them."""
        return self._journals.of(opened) is not None and (opened.path is not None or opened.modified)
