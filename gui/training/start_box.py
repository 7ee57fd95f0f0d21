"""What a training begins with: nothing, an installed model that fits the purpose, or one in any folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from engine.catalog import ModelEntry, find_model, list_models
from engine.errors import ModelError
from engine.modes import Mode
from engine.purposes import Purpose
from gui.panels.widgets import CalmBox, once_at
from gui.training.words import MODE_OF, size

_OTHER = "\0other"  # no path and no id
_SUGGESTED = (Purpose.CONTINUE, Purpose.TRANSLATE)  # which need much text when they are learnt anew


class StartBox(CalmBox):
    """Offer the models that a purpose can begin with."""

    chosen = Signal()
    problem = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Start from"))
        self._purpose = Purpose.CONTINUE
        self._folders: list[str] = []
        self._last = ""
        self._by_hand = False
        self.activated.connect(self._on_activated)
        self.offer(Purpose.CONTINUE)

    @property
    def start(self) -> str:
        """Return the id or folder chosen, "" for none."""
        return self._last

    @property
    def offers(self) -> bool:
        """Tell whether the purpose can begin with a model at all: variation is always learnt anew."""
        return self._purpose is not Purpose.VARY

    def offer(self, purpose: Purpose) -> None:
        """List what `purpose` can begin with; a choice that still fits stays."""
        self._purpose = purpose
        self.clear()
        self.addItem(self.tr("Nothing: a new, small model"), "")
        if self.offers:
            self._add_models()
        self.insertSeparator(self.count())
        self.addItem(self.tr("Choose a folder…"), _OTHER)
        once_at(self, self._last)
        self._last = self.currentData()
        self.suggest("")

    def _add_models(self) -> None:
        for entry in _models():
            if entry.serves(MODE_OF[self._purpose]):
                self._add(entry.title, entry.id, entry.strength, entry.size_bytes)
        for folder in self._folders:
            self._add_folder(folder)

    def choose(self, name: str) -> None:
        """Begin with the model called `name` or in the folder `name`, if it fits."""
        if self.findData(name) < 0:
            try:
                find_model(name, MODE_OF[self._purpose])
            except ModelError as error:
                self.problem.emit(str(error))
                return
            self._folders.append(name)
            self._last = name
            self.offer(self._purpose)
        self._last = name
        once_at(self, name)
        self.chosen.emit()

    def suggest(self, language: str) -> None:
        """Begin with the first model for `language` ("en", "en-de" for a translator), unless the writer has chosen.

        It learns far sooner than a new one (docs/results/personal.md). Any will do for a voice in "".
        """
        if self._by_hand or self._purpose not in _SUGGESTED:
            return
        fitting = [entry.id for entry in _models() if self._fits(entry, language)]
        if self._last in fitting:
            return
        name = fitting[0] if fitting else ""
        if name != self._last:
            self.choose(name)

    def _fits(self, entry: ModelEntry, language: str) -> bool:
        if self._purpose is Purpose.TRANSLATE:
            return entry.serves(Mode.TRANSLATE) and language in entry.languages
        return entry.serves(Mode.WRITE, language)

    def _add(self, title: str, name: str, tip: str, size_bytes: int = 0) -> None:
        self.addItem(f"{title} ({size(size_bytes / 1e6)})" if size_bytes else title, name)
        self.setItemData(self.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)

    def _add_folder(self, folder: str) -> None:
        try:
            find_model(folder, MODE_OF[self._purpose])
        except ModelError:
            return  # it fits another purpose
        self._add(Path(folder).name, folder, folder)

    @Slot(int)
    def _on_activated(self, _number: int) -> None:
        self._by_hand = True
        name = self.currentData()
        if name != _OTHER:
            self.choose(name)
            return
        once_at(self, self._last)
        folder = QFileDialog.getExistingDirectory(self.window(), self.tr("Choose a model's folder"), str(Path.home()))
        if folder:
            self.choose(folder)


def _models() -> list[ModelEntry]:
    try:
        return list_models()
    except ModelError:
        return []
