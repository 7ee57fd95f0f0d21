"""A training in the line below the text: how far it is, and the way to it."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QToolButton

from gui.training.training import Stage, Training


class TrainingBadge(QToolButton):
    """Say in a few words how the training stands; a click leads to it."""

    def __init__(self, training: Training) -> None:
        super().__init__()
        self._training = training
        self.setObjectName("plain")
        self.setToolTip(self.tr("Show the training"))
        training.changed.connect(self._show_state)
        training.reported.connect(self._show_state)
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        words = self._words()
        self.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))

    def _words(self) -> str:
        reports = self._training.reports
        percent = 100 * reports[-1].step // max(1, reports[-1].total_steps) if reports else 0
        return {
            Stage.RUNNING: self.tr("training {0} %").format(percent),
            Stage.PAUSING: self.tr("training pauses…"),
            Stage.PAUSED: self.tr("training paused"),
            Stage.FINISHING: self.tr("training finishes…"),
            Stage.ENDED: self.tr("training done"),
            Stage.BROKEN: self.tr("training stopped"),
        }.get(self._training.stage, "")
