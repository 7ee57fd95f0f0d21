"""The window: its place on the screen, its menus, how it opens and closes."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from engine.errors import StorageError
from engine.modes import Mode
from engine.text.documents import Document
from gui.backing_up import BackingUp
from gui.branching import Branching
from gui.engine_client import EngineClient
from gui.generations import Generations
from gui.keeping import Keeping
from gui.measured import MeasuredSpeeds
from gui.mixing import Mixing
from gui.mode_panels import MODES
from gui.models_menu import ModelsMenu
from gui.parts import make_parts
from gui.project.room import ProjectRoom
from gui.recent_menu import RecentMenu
from gui.remedies import Remedies
from gui.servers import choices
from gui.settings import Settings, save_settings
from gui.shelf.care import MachineCare
from gui.shelf.workspace import ModelShelf
from gui.timers import after
from gui.training.workspace import TrainWorkspace
from gui.wiring import Wiring

_PAUSE = 1500  # milliseconds between the last change of a note and its being kept
_FRAME = QSize(16, 48)  # what a window manager puts around a window, at most


class MainWindow(QMainWindow):
    """Hold the parts, and remember how the writer left them."""

    def __init__(self, application: QApplication, settings: Settings, path: Path, client: EngineClient) -> None:
        super().__init__()
        self._settings = settings
        self._settings_path = path
        self._client = client
        self.setMinimumSize(480, 360)
        self.setAcceptDrops(True)
        self.parts = make_parts(self, application, settings, client)
        self.menuBar().setObjectName("menu_bar")
        self.setCentralWidget(self.parts.panes)
        self.setStatusBar(self.parts.status)
        self.wiring = Wiring(self, self.parts, path)
        self.keeping = Keeping(self, self.parts)
        self.backing_up = BackingUp(self, self.parts)
        self.generations = Generations(self, self.parts)
        self.branching = Branching(self.parts, self.generations, self.wiring.generating.consent.may_go)
        self.mixing = Mixing(self, self.parts, self.generations)
        self.room = ProjectRoom(self, self.parts)
        self.training = TrainWorkspace(self, client.placement.device, self.parts.messages)
        self.room.moving.moved.connect(self.backing_up.follow)
        self.training.training.started.connect(lambda: self.shelf.care.unload())
        self.training.model_chosen.connect(self._on_model_chosen)
        self.training.model_deleted.connect(self._on_model_deleted)
        self.shelf = ModelShelf(
            self,
            settings,
            self.parts.messages,
            MachineCare(client, self.parts.jobs, self.parts.background, settings),
        )
        self.speeds = MeasuredSpeeds(self.parts.jobs, settings)
        self.remedies = Remedies(self.parts, self.shelf.care, self.wiring.generating.generate)
        self.shelf.use_asked.connect(self._on_model_chosen)
        self.shelf.renamed.connect(self._on_model_renamed)
        self.shelf.removed.connect(self._on_model_deleted)
        self.shelf.changed.connect(self._on_models_changed)
        self.parts.rewording.model = settings.reword_model
        self._build_menus()
        self._saving = after(self, _PAUSE, self._keep_settings)
        self.parts.notes.changed.connect(self._saving.start)
        self.parts.workspace.add(Document(""), None)
        self.parts.tabs.setCurrentIndex(_mode_number(settings.mode))
        self._restore_place()

    def start_engine(self) -> None:
        """Start the engine and have the model of the mode in view loaded; call it once the window is there."""
        self._client.start()
        self.parts.jobs.warm(self.parts.mode, self.parts.panel.controls.model)

    def greet(self) -> None:
        """Say in one line what the window does, the first time."""
        if not self._settings.first_start:
            return
        self._settings.first_start = False
        hint = self.parts.commands.hint
        sentence = self.tr(
            "Write a line and press {0}: the model goes on from the caret. {1} stops it, {2} shows all keys."
        ).format(hint("generate"), hint("stop"), hint("shortcuts"))
        self.parts.messages.note(sentence, stays=True)
        self.parts.jobs.ended.connect(lambda: self.parts.messages.withdraw(sentence))  # by then it is known

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the text its room."""
        super().resizeEvent(event)
        self.parts.panes.fit(self.width())
        self.parts.status.set_narrow(self.width() < 760)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files anywhere in the window."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open files that are dropped beside the text."""
        self.parts.files.open_all([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what is not saved, remember the window, end the engine."""
        if not all(self.parts.files.may_close(opened) for opened in self.parts.workspace.documents):
            event.ignore()
            return
        self.parts.jobs.stop()
        self.room.shutdown()
        self.parts.journals.shutdown()
        self.backing_up.settle()
        self.hide()  # before a training keeps its state, which may take a while
        self.training.shutdown()
        self.shelf.shutdown()
        self._client.shutdown()
        self._settings.geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self._saving.stop()
        with contextlib.suppress(StorageError):  # nobody is there any more to be told
            save_settings(self._settings_path, self._settings)
        event.accept()

    @Slot(object, str)
    def _on_model_chosen(self, mode: Mode, name: str) -> None:
        if mode in MODES:
            self.wiring.use_model(mode, name)
        else:
            self._set_reword_model(name)
            self.parts.messages.note(self.tr("{0} now varies and blends your sentences.").format(name))

    def _set_reword_model(self, name: str) -> None:
        self._settings.reword_model = self.parts.rewording.model = name

    @Slot(str)
    def _on_model_deleted(self, name: str) -> None:
        if self.parts.rewording.model == name:
            self._set_reword_model("")
        for panel in self.parts.panels:
            if panel.controls.model == name:
                panel.controls.choose_model("")

    @Slot(str, str)
    def _on_model_renamed(self, old: str, new: str) -> None:
        self._settings.rename_model(old, new)
        self.parts.rewording.model = self._settings.reword_model

    @Slot()
    def _on_models_changed(self) -> None:
        models = choices(self._settings)
        for panel in self.parts.panels:
            panel.controls.refresh_models(models)

    @Slot()
    def _keep_settings(self) -> None:
        try:
            save_settings(self._settings_path, self._settings)
        except StorageError as error:
            self.parts.messages.warn(str(error))

    def _build_menus(self) -> None:
        commands, files = self.parts.commands, self.parts.files
        menus = commands.build_menus(self.menuBar())
        recent = RecentMenu(self.tr("&Recent"), menus["file"])
        recent.show_paths(self._settings.recent)
        recent.chosen.connect(files.open)
        menus["file"].insertMenu(commands["save"], recent)
        files.recent_changed.connect(lambda: recent.show_paths(self._settings.recent))
        self.room.build(menus["file"])
        models = ModelsMenu(menus["models"], commands)
        models.chosen.connect(self._on_model_chosen)
        models.problem.connect(self.parts.messages.warn)
        self.shelf.build(commands, self.parts.status)
        self.training.build(menus["train"], commands, self.parts.status)
        themes = QMenu(self.tr("&Theme"), menus["view"])
        menus["view"].addMenu(themes)
        self.parts.looks.fill_menu(themes)
        for name in ("focus", "show_documents", "show_assistant"):
            commands[name].setCheckable(True)

    def _restore_place(self) -> None:
        if self._settings.geometry and self.restoreGeometry(QByteArray.fromBase64(self._settings.geometry.encode())):
            return
        room = QGuiApplication.primaryScreen().availableGeometry().size() - _FRAME
        self.resize(room.boundedTo(QSize(1280, 820)))


def _mode_number(name: str) -> int:
    return MODES.index(Mode(name)) if name in {mode.value for mode in MODES} else 0
