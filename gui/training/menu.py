"""The Train menu: the workspace, and the trainings that are not finished."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from engine.purposes import TrainingRequest
from engine.runs import unfinished_runs
from gui.training.training import Training

_MOST = 8


class TrainMenu(QObject):
    """List the unfinished trainings anew each time the menu opens; choosing one goes on with it."""

    resume_asked = Signal(object)  # TrainingRequest

    def __init__(self, menu: QMenu, training: Training) -> None:
        super().__init__(menu)
        self._menu = menu
        self._training = training
        self._listed: list[QAction] = []
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.fill)

    @Slot()
    def fill(self) -> None:
        """List what can be gone on with below the fixed entries."""
        for action in self._listed:
            self._menu.removeAction(action)
            action.deleteLater()
        runs = unfinished_runs()[:_MOST]
        self._listed = [self._menu.addSeparator(), *map(self._entry, runs)] if runs else []

    def _entry(self, run: TrainingRequest) -> QAction:
        action = self._menu.addAction(self.tr("Resume {0}").format(run.name).replace("&", "&&"))
        action.setToolTip("\n".join(run.files))
        action.setEnabled(not self._training.busy)
        action.triggered.connect(lambda _checked=False: self.resume_asked.emit(run))
        return action
