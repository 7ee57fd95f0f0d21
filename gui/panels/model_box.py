"""The box to choose a model from: those installed, those chosen before, and any other folder or GGUF file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from engine.automatic import automatic_models
from engine.catalog import ModelEntry, find_model
from engine.errors import ModelError
from engine.gguf.files import gguf_in
from engine.modes import Mode
from gui.panels.widgets import CalmBox, once_at
from gui.servers import is_server
from gui.settings import ModeSettings

_FOLDER, _FILE = "\0folder", "\0file"  # no paths and no ids


class ModelBox(CalmBox):
    """Offer the models that serve a mode, and keep the choice in the mode's settings."""

    chosen = Signal(str)  # id or folder, "" for automatic
    problem = Signal(str)

    def __init__(self, mode: Mode, remembered: ModeSettings, models: list[ModelEntry]) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Model"))
        self._mode = mode
        self._remembered = remembered
        self.fault = ""
        self._text = ""
        self._fill(models)
        self.activated.connect(self._on_activated)

    def choose(self, name: str) -> None:
        """Change to an installed model by its id, or to one in a folder, which is remembered.

        A folder without a model for this mode is a `problem` and changes nothing.
        """
        if self.findData(name) < 0 and not self._add_folder(name):
            once_at(self, self._remembered.model)
            return
        once_at(self, name)
        self._remembered.model = name
        self.setToolTip(self.itemData(self.currentIndex(), Qt.ItemDataRole.ToolTipRole) or "")
        self.chosen.emit(name)

    def refresh(self, models: list[ModelEntry]) -> None:
        """Offer the models that there are now; one that is gone gives way to Automatic, and `fault` says so."""
        self.clear()
        self._fill(models)

    @property
    def serves(self) -> bool:
        """Tell whether Automatic stands for any model."""
        return bool(self._strengths)

    @property
    def strength(self) -> str:
        """Return in one line what the model chosen is good for, or that there is none; "" where nothing is said.

        Of Automatic it says which model that is for the text in view, where that depends on the text.
        """
        if not (self.serves or self._remembered.model):
            return self.tr("No model here can do this yet")
        strength = self._strengths.get(self._remembered.model, "")
        if self._remembered.model or self._mode is not Mode.WRITE or len(self._entries) < 2:
            return strength
        usual = self.usual(self._text)
        if len(usual) > 1:
            names = ", ".join(entry.id for entry in usual)
            return self.tr("The first of these that writes the text's language: {0}").format(names)
        words = usual[0].strength
        return self.tr("For this text {0}. {1}").format(usual[0].id, words[:1].upper() + words[1:]).strip()

    @property
    def ids(self) -> set[str]:
        """Return the ids of the installed models that serve the mode."""
        return {entry.id for entry in self._entries}

    def usual(self, text: str) -> list[ModelEntry]:
        """Return the models of which Automatic takes one to go on from the end of `text`."""
        return automatic_models(self._entries, self._mode, text)

    def show_text(self, text: str) -> None:
        """Take `text` for the one that Automatic chooses by."""
        self._text = text

    def _fill(self, models: list[ModelEntry]) -> None:
        self._add(self.tr("Automatic"), "", self.tr("The first installed model that can do this"))
        self._entries = [entry for entry in models if entry.serves(self._mode) and not is_server(entry.id)]
        self._strengths: dict[str, str] = {}
        for entry in models:
            if entry.serves(self._mode):
                self._add(entry.title, entry.id, entry.strength)
                self._strengths.setdefault("", entry.strength)  # Automatic is the first
                self._strengths[entry.id] = entry.strength
        name = self._remembered.model
        for folder in dict.fromkeys([*self._remembered.folders, name]):
            if Path(folder).is_absolute() and Path(folder).exists() and self.findData(folder) < 0:
                self._add(Path(folder).name, folder, folder)
        self.insertSeparator(self.count())
        self._add(self.tr("Choose a GGUF file…"), _FILE, self.tr("A model of llama.cpp's, read where it lies"))
        self._add(self.tr("Choose a folder…"), _FOLDER, self.tr("A transformers model on this machine"))
        if self.findData(name) < 0:
            self.fault = self.tr("The model {0} is no longer there: Automatic is used instead.").format(name)
            self._remembered.model = name = ""
        once_at(self, name)

    def _add(self, title: str, name: str, tip: str) -> None:
        self.addItem(title, name)
        self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)

    def _add_folder(self, name: str) -> bool:
        try:
            find_model(name, self._mode)
        except ModelError as error:
            self.problem.emit(str(error))
            return False
        self._remembered.add_folder(name)
        place = self.count() - 3  # before the line
        self.insertItem(place, Path(name).name, name)
        self.setItemData(place, name, Qt.ItemDataRole.ToolTipRole)
        return True

    @Slot(int)
    def _on_activated(self, _number: int) -> None:
        name = self.currentData()
        if name in (_FOLDER, _FILE):
            once_at(self, self._remembered.model)
            (self.ask if name == _FOLDER else self.ask_file)()
        elif name != self._remembered.model:
            self.choose(name)

    @Slot()
    def ask(self) -> None:
        """Let the writer choose a model's folder, which may hold a GGUF file instead."""
        chosen = QFileDialog.getExistingDirectory(self.window(), self.tr("Choose a model's folder"), self._start())
        if not chosen:
            return
        try:
            self.choose(str(gguf_in(Path(chosen)) or chosen))
        except ModelError as error:
            self.problem.emit(str(error))

    @Slot()
    def ask_file(self) -> None:
        """Let the writer choose a GGUF file."""
        kinds = self.tr("GGUF files (*.gguf)")
        chosen, _ = QFileDialog.getOpenFileName(self.window(), self.tr("Choose a GGUF file"), self._start(), kinds)
        if chosen:
            self.choose(chosen)

    def _start(self) -> str:
        """Return the folder in which a choice begins: where the last was made."""
        return next((str(Path(name).parent) for name in self._remembered.folders), str(Path.home()))
