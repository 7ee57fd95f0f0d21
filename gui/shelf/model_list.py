"""All models of this machine in one list: for what, how large, how fast, from where, whether whole."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from engine.amounts import size_words
from engine.catalog import ModelEntry
from engine.languages import language_name
from engine.library import Origin, Shelved
from engine.modes import CHAT_TASKS
from gui.panels.widgets import RIGHT

_NUMBER = Qt.ItemDataRole.UserRole
_MOST_LANGUAGES = 2
_MOST_LETTERS = 26
_TASK, _LANGUAGES, _SIZE, _SPEED, _FROM, _LICENCE, _SCORE = range(1, 8)  # columns
_WIDTHS = {_LANGUAGES: 560, _FROM: 560, _LICENCE: 960, _SCORE: 1160}  # pixels, below which a column is left out
_ROWS = 5  # that are in view at least


class ModelList(QTreeWidget):
    """Show a row per model; `shelved` is the one in view."""

    selected = Signal(object)  # Shelved, or None

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("well")
        self.setAccessibleName(self.tr("Models on this machine"))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        names = (
            self.tr("Model"),
            self.tr("For"),
            self.tr("Languages"),
            self.tr("Size"),
            self.tr("Tokens/s"),
            self.tr("From"),
            self.tr("Licence"),
            self.tr("Score"),
        )
        self.setHeaderLabels(list(names))
        for column in (_SIZE, _SPEED):
            self.headerItem().setTextAlignment(column, RIGHT)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        row = self.fontMetrics().height() + 10
        self.setMinimumHeight(self.header().sizeHint().height() + _ROWS * row)
        self._shelved: list[Shelved] = []
        self.currentItemChanged.connect(self._on_current)

    @property
    def shelved(self) -> Shelved | None:
        """Return the model in view, or None."""
        item = self.currentItem()
        return self._shelved[item.data(0, _NUMBER)] if item else None

    def show_models(
        self, models: list[Shelved], used: dict[str, str], speeds: dict[str, float], current: str = ""
    ) -> None:
        """List `models`; `used` maps ids to the modes they serve by the writer's choice, `current` is an id.

        `speeds` are tokens a second by id, as they were measured here.
        """
        self.blockSignals(True)
        self.clear()
        self._shelved = models
        chosen = 0
        for number, model in enumerate(models):
            item = self._row(model, used.get(model.name, ""), speeds.get(model.entry.id, 0.0))
            item.setData(0, _NUMBER, number)
            self.addTopLevelItem(item)
            if model.name == current:
                chosen = number
        self.setCurrentIndex(self.model().index(chosen, 0))
        self.blockSignals(False)
        self.selected.emit(self.shelved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what is least wanted where there is no room for it, and keep the model in view there."""
        super().resizeEvent(event)
        for column, width in _WIDTHS.items():
            self.setColumnHidden(column, self.width() < width)
        if item := self.currentItem():
            self.scrollToItem(item)

    def _row(self, model: Shelved, used: str, speed: float) -> QTreeWidgetItem:
        entry = model.entry
        languages = _languages(entry)
        size = size_words(entry.size_bytes) if entry.size_bytes else ""
        rate = f"{speed:,.0f}" if speed else ""
        task = self.tr("damaged") if model.fault else used or self._tasks(entry)
        facts = [task, languages, size, rate, self._origin(model.origin), entry.licence, entry.score]
        item = QTreeWidgetItem([entry.title, *map(_short, facts)])
        for column in (_TASK, _LICENCE, _SCORE):  # which may be cut
            item.setToolTip(column, facts[column - _TASK])
            item.setData(column, Qt.ItemDataRole.AccessibleTextRole, facts[column - _TASK])
        item.setToolTip(_LANGUAGES, _languages(entry, len(entry.languages) * 2))
        for column in (_SIZE, _SPEED):
            item.setTextAlignment(column, RIGHT)
        item.setToolTip(0, model.fault or entry.strength)
        item.setToolTip(_SPEED, self.tr("As fast as it last wrote one text on this machine") if speed else "")
        item.setToolTip(_FROM, str(entry.folder))
        return item

    def _tasks(self, entry: ModelEntry) -> str:
        if set(entry.tasks) >= set(CHAT_TASKS):
            return self.tr("All modes")
        return ", ".join(task.capitalize() for task in entry.tasks)

    def _origin(self, origin: Origin) -> str:
        return {
            Origin.EMBEDDED: self.tr("Penwright"),
            Origin.DOWNLOADED: self.tr("the hub"),
            Origin.OWN: self.tr("you"),
            Origin.FOLDER: self.tr("a folder"),
            Origin.PROGRAM: self.tr("another program"),
            Origin.SERVER: self.tr("a server"),
        }[origin]

    @Slot()
    def _on_current(self) -> None:
        self.selected.emit(self.shelved)


def _languages(entry: ModelEntry, most: int = _MOST_LANGUAGES) -> str:
    codes = list(dict.fromkeys(code for pair in entry.languages for code in pair.split("-")))
    names = [language_name(code) for code in codes[:most]]
    more = f" +{len(codes) - most}" if len(codes) > most else ""
    return ", ".join(names) + more


def _short(words: str) -> str:
    return words if len(words) <= _MOST_LETTERS else f"{words[: _MOST_LETTERS - 1].rstrip()}…"
