"""What is on this machine: the list, the model in view, and what can be done with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QHBoxLayout, QInputDialog, QMessageBox, QSplitter, QWidget

from engine.errors import EngineError
from engine.library import Origin, Shelved, remove_model, rename_model, shelf
from engine.model_shape import read_shape
from engine.modes import TEXT_MODES, Mode
from gui.panels.widgets import button, column
from gui.servers import server_entries
from gui.settings import Settings
from gui.shelf.card_view import CardView
from gui.shelf.care import MachineCare
from gui.shelf.draft_row import DraftRow
from gui.shelf.elsewhere import Elsewhere
from gui.shelf.model_list import ModelList

_LISTED = (Origin.EMBEDDED, Origin.DOWNLOADED, Origin.OWN)  # which the engine knows by their ids
_BESIDE = 640  # pixels


class InstalledPage(QWidget):
    """Look after the models: use, rename, remove, verify, repair, show, import."""

    use_asked = Signal(object, str)  # the Mode, the model's id or folder
    verify_asked = Signal(str)
    repair_asked = Signal(str)
    import_asked = Signal(str)  # a folder
    renamed = Signal(str, str)  # old and new id
    removed = Signal(str)
    problem = Signal(str)

    def __init__(self, settings: Settings, care: MachineCare) -> None:
        super().__init__()
        self._settings, self._care = settings, care
        self.list, self.view, self.draft = ModelList(), CardView(), DraftRow(settings)
        self._own: list[Shelved] = []
        self._shelf: list[Shelved] = []  # with what is elsewhere
        self.elsewhere = Elsewhere(self)
        self.uses = {mode: button("") for mode in TEXT_MODES}
        self.verify, self.repair, self.rename, self.remove = (
            button(self.tr("&Verify"), self.tr("Compare every byte with what the hub says of it")),
            button(self.tr("Re&pair"), self.tr("Fetch what is missing or damaged again")),
            button(self.tr("Re&name…")),
            button(self.tr("Re&move…")),
        )
        self.show_folder = button(self.tr("Show in &folder"))
        self.bring = button(self.tr("&Import a folder…"), self.tr("Copy a model from another place of this machine"))
        self._lay_out()
        self._connect()
        self.refresh()

    def refresh(self, current: str = "") -> None:
        """Look anew at what there is, `current` the id to have in view; files elsewhere follow once they are known."""
        names = dict.fromkeys(name for mode in TEXT_MODES for name in self._settings.of(mode).folders)
        self._own = shelf(name for name in names if not Path(name).is_file())
        self.elsewhere.look([name for name in names if Path(name).is_file()])
        self._show_models(current)

    def _show_models(self, current: str = "") -> None:
        shown = self.list.shelved
        known = {model.entry.folder: model for model in (*self._own, *self.elsewhere.chosen)}
        self._shelf = [*known.values(), *(each for each in self.elsewhere.programs if each.entry.folder not in known)]
        used: dict[str, list[str]] = {}
        for mode in TEXT_MODES:
            used.setdefault(self._settings.of(mode).model or self._automatic(mode), []).append(self._mode_name(mode))
        marks = {name: self.tr("in use: {0}").format(", ".join(modes)) for name, modes in used.items() if name}
        models = self._shelf + [Shelved(entry, Origin.SERVER, "") for entry in server_entries(self._settings)]
        self.list.show_models(models, marks, self._settings.speeds, current or (shown.name if shown else ""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons into two rows where there is no room for one."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE
        self._foot.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def _lay_out(self) -> None:
        row, own, files = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for each in self.uses.values():
            row.addWidget(each)
        for each in (self.verify, self.repair, self.rename, self.remove):
            own.addWidget(each)
        for each in (self.show_folder, self.bring):
            files.addWidget(each)
        for line in (row, own, files):
            line.addStretch(1)
        self._foot = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._foot.addLayout(own)
        self._foot.addLayout(files)
        lower = QWidget()
        below = column(lower, 10)
        below.setContentsMargins(0, 10, 0, 0)
        below.addLayout(row)
        below.addWidget(self.draft)
        below.addWidget(self.view, 1)
        below.addLayout(self._foot)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.list)
        halves.addWidget(lower)
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 2)
        halves.setHandleWidth(1)
        layout = column(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addWidget(halves)

    def _connect(self) -> None:
        self.list.selected.connect(self._on_selected)
        self.elsewhere.changed.connect(lambda: self._show_models())
        self._care.changed.connect(self._show_fit)
        for mode, use in self.uses.items():
            use.clicked.connect(lambda _checked=False, mode=mode: self._on_use(mode))
        self.verify.clicked.connect(lambda: self.verify_asked.emit(self._current().name))
        self.repair.clicked.connect(lambda: self.repair_asked.emit(self._current().name))
        self.rename.clicked.connect(self._on_rename)
        self.remove.clicked.connect(self._on_remove)
        self.show_folder.clicked.connect(self._on_show)
        self.bring.clicked.connect(self._on_import)

    def _current(self) -> Shelved:
        shelved = self.list.shelved
        assert shelved is not None  # else the buttons are off
        return shelved

    def _automatic(self, mode: Mode) -> str:
        """Return the id of the model that Automatic stands for, the first of the engine's own list, "" for none."""
        serving = (each.name for each in self._shelf if each.origin in _LISTED and each.entry.serves(mode))
        return next(serving, "")

    def _mode_name(self, mode: Mode) -> str:
        return {
            Mode.WRITE: self.tr("Write"),
            Mode.TRANSLATE: self.tr("Translate"),
            Mode.SUMMARISE: self.tr("Summarise"),
            Mode.REWRITE: self.tr("Rewrite"),
            Mode.DIALOGUE: self.tr("Dialogue"),
        }[mode]

    @Slot(object)
    def _on_selected(self, shelved: Shelved | None) -> None:
        for mode, use in self.uses.items():
            name = shelved.name if shelved and not shelved.fault and shelved.entry.serves(mode) else ""
            use.setVisible(bool(name))
            taken = bool(name) and self._settings.of(mode).model == name
            words = self.tr("In use for {0}") if taken else self.tr("Use for {0}")
            use.setText(words.format(self._mode_name(mode)))
            use.setEnabled(not taken)
        own = shelved is not None and shelved.origin in (Origin.OWN, Origin.DOWNLOADED)
        for each in (self.rename, self.remove):
            each.setEnabled(own)
        self.repair.setEnabled(shelved is not None and shelved.origin is Origin.DOWNLOADED)
        self.verify.setEnabled(shelved is not None and shelved.origin in _LISTED)
        self.draft.show_model(shelved, self._shelf)
        self.show_folder.setEnabled(shelved is not None and shelved.origin is not Origin.SERVER)
        if shelved is None:
            self.view.clear()
        else:
            self.view.show_model(shelved)
            self._show_fit()

    @Slot()
    def _show_fit(self) -> None:
        shelved = self.list.shelved
        if shelved is None or shelved.fault or shelved.origin is Origin.SERVER:
            return
        try:
            shape = read_shape(shelved.entry.folder)
            self.view.show_fit(self._care.fit(shape), self._care.otherwise(shape))
        except (OSError, ValueError, KeyError, TypeError):
            self.view.show_fit(None)  # its files say too little of it

    def _on_use(self, mode: Mode) -> None:
        self.use_asked.emit(mode, self._current().name)
        self.refresh()

    @Slot()
    def _on_rename(self) -> None:
        old = self._current().name
        new, sure = QInputDialog.getText(self, self.tr("Rename"), self.tr("New name of {0}:").format(old), text=old)
        if not sure or new == old:
            return
        try:
            rename_model(old, new)
        except EngineError as error:
            self.problem.emit(str(error))
            return
        self.renamed.emit(old, new)
        self.refresh(new)

    @Slot()
    def _on_remove(self) -> None:
        shelved = self._current()
        question = self.tr("Delete the model {0}? It cannot be brought back.").format(shelved.entry.title)
        buttons = QMessageBox.StandardButton
        if QMessageBox.question(self, self.tr("Remove"), question, buttons.Yes | buttons.No) != buttons.Yes:
            return
        try:
            remove_model(shelved.name)
        except EngineError as error:
            self.problem.emit(str(error))
            return
        self.removed.emit(shelved.name)
        self.refresh()

    @Slot()
    def _on_show(self) -> None:
        folder = self._current().entry.folder
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.problem.emit(self.tr("No file manager answers: the model lies in {0}.").format(folder))

    @Slot()
    def _on_import(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("A model's folder"), str(Path.home()))
        if folder:
            self.import_asked.emit(folder)
