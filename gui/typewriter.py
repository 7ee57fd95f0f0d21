"""Typewriter scrolling: the line that the writer is in stays at the middle of the view, and the text moves."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication

from gui.commands import Commands
from gui.editor import Editor
from gui.settings import Settings
from gui.workspace import Workspace


class Typewriter(QObject):
    """Keep the caret's line at the middle, as far as the beginning of the text allows.

    A click moves nothing, so that what was clicked stays under the pointer until the next key. Text that
    streams in keeps the view itself, see `gui.streaming`.
    """

    def __init__(self, workspace: Workspace, commands: Commands, settings: Settings) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._settings = settings
        commands.switch("typewriter", settings.typewriter, self._on_toggled)
        workspace.editor_made.connect(self._on_editor)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self._settings.typewriter = on
        if on:
            self._workspace.current.editor.centerCursor()

    @Slot(object)
    def _on_editor(self, editor: Editor) -> None:
        editor.cursorPositionChanged.connect(lambda: self._follow(editor))

    def _follow(self, editor: Editor) -> None:
        if self._settings.typewriter and QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton:
            editor.centerCursor()
