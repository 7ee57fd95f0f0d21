"""Training as the main window has it: its menu, its window, its place in the line below, its end."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from engine.modes import Mode
from engine.purposes import TrainingRequest
from gui.commands import Commands
from gui.engine_client import EngineClient
from gui.engine_process import TRAINING
from gui.panels.message_bar import MessageBar
from gui.panels.status_bar import StatusBar
from gui.training.badge import TrainingBadge
from gui.training.menu import TrainMenu
from gui.training.training import Stage, Training
from gui.training.window import TrainWindow


class TrainWorkspace(QObject):
    """Hold the one training and its window, which is made when it is first asked for."""

    model_chosen = Signal(object, str)  # the Mode that it serves, its id
    model_deleted = Signal(str)  # its id

    def __init__(self, window: QWidget, device: str, messages: MessageBar) -> None:
        super().__init__(window)
        self._window = window
        self._messages = messages
        self._shown: TrainWindow | None = None
        self.training = Training(EngineClient(self, device, TRAINING), self)
        self.training.changed.connect(self._on_changed)

    @property
    def view(self) -> TrainWindow:
        """Return the workspace's own window."""
        if self._shown is None:
            self._shown = TrainWindow(self.training, self._window)
            self._shown.model_chosen.connect(self._on_model)
            self._shown.model_deleted.connect(self.model_deleted)
        return self._shown

    def build(self, menu: QMenu, commands: Commands, status: StatusBar) -> None:
        """Fill the Train menu and take a place in the status bar."""
        commands.connect("train", self.open)
        resume = TrainMenu(menu, self.training)
        resume.resume_asked.connect(self._on_resume)
        badge = TrainingBadge(self.training)
        badge.clicked.connect(self.open)
        status.addPermanentWidget(badge)

    def shutdown(self) -> None:
        """End the engine process, which keeps the state of a running training first."""
        self.training.shutdown()

    @Slot()
    def open(self) -> None:
        """Show the workspace."""
        self.view.open()

    @Slot(object)
    def _on_resume(self, request: TrainingRequest) -> None:
        self.view.take_up(request)

    @Slot(object, str)
    def _on_model(self, mode: Mode, name: str) -> None:
        self.model_chosen.emit(mode, name)
        self._window.activateWindow()

    @Slot()
    def _on_changed(self) -> None:
        """Tell of the end where the workspace is not in view."""
        training = self.training
        if self._shown is not None and self._shown.isVisible():
            return
        if training.stage is Stage.ENDED and training.outcome is not None:
            self._messages.note(training.outcome.message, stays=True)
        elif training.stage is Stage.BROKEN:
            self._messages.warn(training.sentence, self.tr("Show"), self.open)
