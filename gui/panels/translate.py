"""The Translate panel: from which language into which."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from engine.catalog import ModelEntry
from engine.languages import LANGUAGES
from engine.modes import Mode, Request
from gui.commands import Commands
from gui.jobs import Jobs
from gui.panels.controls import GenerationControls
from gui.panels.generate_button import GenerateButton
from gui.panels.mode_panel import ModePanel
from gui.panels.widgets import choice, label, once_at, plain_button
from gui.servers import find_server
from gui.settings import Settings


class TranslatePanel(ModePanel):
    """Gather what a translation needs."""

    def __init__(self, settings: Settings, models: list[ModelEntry], commands: Commands, jobs: Jobs) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Translate"))
        self._settings = settings
        self.controls = GenerationControls(Mode.TRANSLATE, settings.translate, models)
        self._source = choice(self.tr("From"))
        self._target = choice(self.tr("Into"))
        self._source.addItem(self.tr("Detect"), "")
        for code in LANGUAGES:
            for box in (self._source, self._target):
                box.addItem(self._name(code), code)
        once_at(self._source, settings.source_language)
        once_at(self._target, settings.target_language)
        self._source.currentIndexChanged.connect(self._on_languages)
        self._target.currentIndexChanged.connect(self._on_languages)
        self.button = GenerateButton(self.tr("Translate"), commands, jobs)
        hint = label(self.tr("Translates what is selected, or else the whole document."), "quiet", wraps=True)
        self.fill(self._languages(), self.controls, self.button, hint)

    @property
    def target_name(self) -> str:
        """Return the name of the language to translate into."""
        return self._target.currentText()

    def request(self, text: str) -> Request:
        """Return the request to translate `text`. Raises SettingsError for settings that contradict each other."""
        return Request(
            mode=Mode.TRANSLATE,
            text=text,
            params=self.controls.params(),
            model=self.controls.model,
            server=find_server(self._settings, self.controls.choice),
            source_language=self._source.currentData(),
            target_language=self._target.currentData(),
        )

    def _languages(self) -> QWidget:
        made = QWidget()
        swap = plain_button("⇄", self.tr("Swap the languages"))
        swap.clicked.connect(self._on_swap)
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(3)
        grid.addWidget(label(self.tr("From"), "quiet"), 0, 0)
        grid.addWidget(label(self.tr("Into"), "quiet"), 0, 2)
        grid.addWidget(self._source, 1, 0)
        grid.addWidget(swap, 1, 1)
        grid.addWidget(self._target, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        return made

    def _name(self, code: str) -> str:
        names = {
            "en": self.tr("English"),
            "de": self.tr("German"),
            "fr": self.tr("French"),
            "es": self.tr("Spanish"),
            "zh": self.tr("Chinese"),
        }
        return names.get(code, LANGUAGES[code].english)

    @Slot()
    def _on_languages(self) -> None:
        self._settings.source_language = self._source.currentData()
        self._settings.target_language = self._target.currentData()

    @Slot()
    def _on_swap(self) -> None:
        source, target = self._settings.source_language, self._settings.target_language
        once_at(self._source, target)
        once_at(self._target, source or ("de" if target == "en" else "en"))
