"""The Train workspace: a window beside the writer's, on a training's set-up or on the training itself."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.paths import data_dir
from engine.purposes import TrainingRequest
from gui.panels.message_bar import MessageBar
from gui.panels.widgets import column
from gui.training.run_page import RunPage
from gui.training.setup_page import SetupPage
from gui.training.training import Stage, Training
from gui.training.words import MODE_OF

_SIZE = QSize(1080, 800)
_FRAME = QSize(16, 48)  # what a window manager puts around a window, at most


class TrainWindow(QWidget):
    """Hold the two pages; closing it stops nothing."""

    model_chosen = Signal(object, str)  # the Mode that it serves, its id
    model_deleted = Signal(str)  # its id

    def __init__(self, training: Training, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Train a model"))
        self.setMinimumSize(460, 360)
        room = QGuiApplication.primaryScreen().availableGeometry().size() - _FRAME
        self.resize(_SIZE.boundedTo(room))
        self.training = training
        self.setup, self.run = SetupPage(training), RunPage(training)
        self.messages = MessageBar()
        self._pages = QStackedWidget()
        for page in (self.setup, self.run):
            self._pages.addWidget(page)
        layout = column(self, 0)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.messages)
        self.setup.start_asked.connect(training.start)
        self.run.use_asked.connect(self._on_use)
        self.run.delete_asked.connect(self._on_delete)
        training.changed.connect(self._on_changed)
        training.noticed.connect(self.messages.note)

    def open(self) -> None:
        """Show the workspace as it was left."""
        if self.isVisible():
            self.raise_()
        self.show()
        self.activateWindow()
        if self._pages.currentWidget() is self.setup:
            self.setup.purposes.card(self.setup.purposes.purpose).setFocus()

    def take_up(self, request: TrainingRequest) -> None:
        """Show an unfinished training and go on with it."""
        if not self.training.busy:
            self.training.start(request)
        self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_changed(self) -> None:
        none = self.training.stage is Stage.NONE
        if none and self._pages.currentWidget() is self.run:
            self.setup.refresh()
        page = self.setup if none else self.run
        if self._pages.currentWidget() is not page:
            self._pages.setCurrentWidget(page)
            page.setFocus()
        self.messages.hide()

    @Slot()
    def _on_use(self) -> None:
        request, outcome = self.training.request, self.training.outcome
        if request is not None and outcome is not None:
            self.model_chosen.emit(MODE_OF[request.purpose], outcome.model)

    @Slot()
    def _on_delete(self) -> None:
        outcome = self.training.outcome
        if outcome is None:
            return
        folder = Path(outcome.folder)
        if folder.parent != data_dir() / "models":  # nothing but the writer's own models is ours to delete
            self.messages.warn(self.tr("{0} lies elsewhere: delete it yourself.").format(folder))
            return
        try:
            shutil.rmtree(folder)
        except OSError as error:
            self.messages.warn(self.tr("{0} cannot be deleted: {1}.").format(folder, error.strerror))
            return
        self.model_deleted.emit(outcome.model)
        self.training.leave()
