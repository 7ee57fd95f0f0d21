"""The models' window as the main window has it: its command, its downloads, what changes when models come and go."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engine.hub.request import HubRequest
from gui.commands import Commands
from gui.engine_client import EngineClient
from gui.engine_process import CHORES, FETCHING
from gui.panels.message_bar import MessageBar
from gui.panels.status_bar import StatusBar
from gui.settings import Settings
from gui.shelf.care import MachineCare
from gui.shelf.chores import Chores
from gui.shelf.download_row import DownloadBadge
from gui.shelf.downloads import Downloads
from gui.shelf.questions import Questions
from gui.shelf.window import ModelsWindow


class ModelShelf(QObject):
    """Hold the downloads and the window, which is made when it is first asked for.

    Three engine processes, so that a search waits for no download, and neither for an import; none is started unasked.
    """

    use_asked = Signal(object, str)  # the Mode, the model's id or folder
    changed = Signal()  # which models there are
    renamed = Signal(str, str)
    removed = Signal(str)

    def __init__(self, window: QWidget, settings: Settings, messages: MessageBar, care: MachineCare) -> None:
        super().__init__(window)
        self.care = care
        self._window = window
        self._settings = settings
        self._messages = messages
        self._shown: ModelsWindow | None = None
        self._asking, self._fetching = (EngineClient(self, "", FETCHING) for _ in range(2))
        self.questions, self.downloads = Questions(self._asking, self), Downloads(self._fetching, self)
        self.chores = Chores(EngineClient(self, "", CHORES), self)
        self.downloads.installed.connect(self._on_installed)
        self.questions.failed.connect(self._on_failed)

    @property
    def view(self) -> ModelsWindow:
        """Return the models' own window."""
        if self._shown is None:
            self._shown = ModelsWindow(
                self._settings, self.downloads, self.questions, self.care, self.chores, self._window
            )
            self._shown.changed.connect(self.changed)
            self._shown.installed.use_asked.connect(self.use_asked)
            self._shown.installed.renamed.connect(self.renamed)
            self._shown.installed.removed.connect(self.removed)
        return self._shown

    def build(self, commands: Commands, status: StatusBar) -> None:
        """Take the command and a place in the status bar."""
        commands.connect("manage_models", self.open)
        status.addPermanentWidget(DownloadBadge(self.downloads))
        self.questions.bring_over(self._settings)

    def shutdown(self) -> None:
        """End the engine processes; what was downloaded so far is kept."""
        self._asking.shutdown()
        self.chores.shutdown()
        self.downloads.shutdown()

    @Slot()
    def open(self) -> None:
        """Show the window."""
        self.view.open()

    @Slot(str)
    def _on_installed(self, model: str) -> None:
        """Tell of it where the window is not in view."""
        if self._shown is None or not self._shown.isVisible():
            self._messages.note(self.tr("{0} is installed: choose it in the panel.").format(model), stays=True)
        if self._shown is None:
            self.changed.emit()

    @Slot(object, str)
    def _on_failed(self, _request: HubRequest, sentence: str) -> None:
        """Say why a password out of old settings was not kept; the models' own window says all else."""
        if self._shown is None:
            self._messages.warn(sentence)
