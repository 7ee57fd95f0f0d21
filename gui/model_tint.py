"""Whether text by the model is tinted, as the writer likes it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from gui.commands import Commands
from gui.open_document import OpenDocument
from gui.settings import Settings
from gui.workspace import Workspace


class ModelTint(QObject):
    """Switch the tint of all documents; who wrote what is followed either way."""

    def __init__(self, workspace: Workspace, commands: Commands, settings: Settings) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._settings = settings
        commands.switch("model_tint", settings.model_tint, self._on_toggled)
        workspace.document_added.connect(self._on_added)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self._settings.model_tint = on
        for opened in self._workspace.documents:
            opened.model_text.set_shown(on)

    @Slot(object)
    def _on_added(self, opened: OpenDocument) -> None:
        opened.model_text.set_shown(self._settings.model_tint)
