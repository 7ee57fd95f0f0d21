"""The Models menu: what is installed, what each model is good for, and where more can be put."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu

from engine.catalog import ModelEntry, list_models
from engine.modes import Mode
from engine.paths import data_dir
from gui.commands import Commands

_WIDTH = 640  # pixels of text


class ModelsMenu(QObject):
    """List the installed models anew each time the menu opens; choosing one puts it to use."""

    chosen = Signal(object, str)  # the Mode that it serves first, its id
    problem = Signal(str)

    def __init__(self, menu: QMenu, commands: Commands) -> None:
        super().__init__(menu)
        self._menu = menu
        self._fixed = menu.actions()
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.fill)
        commands.connect("models_folder", self._on_folder)

    @Slot()
    def fill(self) -> None:
        """List the models above the fixed entries."""
        for action in self._menu.actions():
            if action not in self._fixed:
                self._menu.removeAction(action)
                action.deleteLater()
        for entry in list_models():
            self._add(entry)

    def _add(self, entry: ModelEntry) -> None:
        words = f"{entry.title} — {entry.strength}" if entry.strength else entry.title
        shown = self._menu.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, _WIDTH)
        action = QAction(shown.replace("&", "&&"), self._menu)
        action.setToolTip(words)
        mode = next((mode for mode in Mode if entry.serves(mode)), None)
        action.setEnabled(mode is not None)
        action.triggered.connect(lambda _checked=False: self.chosen.emit(mode, entry.id))
        self._menu.insertAction(self._fixed[0], action)

    @Slot()
    def _on_folder(self) -> None:
        folder = data_dir() / "models"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.problem.emit(self.tr("{0} cannot be made: {1}.").format(folder, error.strerror))
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.problem.emit(self.tr("No file manager answers: put models into {0}.").format(folder))
