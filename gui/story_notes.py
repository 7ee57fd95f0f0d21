"""What a story must not forget: kept for each document, in view for the one in view."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from gui.open_document import OpenDocument
from gui.panels.notes import NotesFields
from gui.settings import Settings
from gui.workspace import Workspace


class StoryNotes(QObject):
    """Show the notes of the document in view, and keep what the writer changes under the document's path.

    The notes of a text without a file stay with its window until it gets one.
    """

    changed = Signal()  # the settings hold something new

    def __init__(self, workspace: Workspace, fields: NotesFields, settings: Settings) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._fields = fields
        self._settings = settings
        workspace.current_changed.connect(self._on_current)
        fields.edited.connect(self._on_edited)

    @Slot(object)
    def keep(self, opened: OpenDocument) -> None:
        """Keep the notes of `opened` under the path it has now."""
        if opened.path is not None and opened.notes != self._settings.notes_of(opened.path):
            self._settings.keep_notes(opened.path, opened.notes)
            self.changed.emit()

    @Slot(object)
    def _on_current(self, opened: OpenDocument) -> None:
        if opened.path is not None and opened.notes.empty:
            opened.notes = self._settings.notes_of(opened.path)
        self._fields.show_notes(opened.notes)

    @Slot()
    def _on_edited(self) -> None:
        opened = self._workspace.current
        opened.notes = self._fields.notes
        self.keep(opened)
