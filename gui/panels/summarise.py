"""The Summarise panel: what kind of summary, and how long."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSpinBox, QWidget

from engine.catalog import ModelEntry
from engine.modes import Mode, Request, SummaryStyle
from gui.commands import Commands
from gui.jobs import Jobs
from gui.panels.controls import GenerationControls
from gui.panels.generate_button import GenerateButton
from gui.panels.mode_panel import ModePanel
from gui.panels.widgets import choice, form_grid, inset, label, once_at
from gui.servers import find_server
from gui.settings import Settings


class SummarisePanel(ModePanel):
    """Gather what a summary needs."""

    style_changed = Signal()

    def __init__(self, settings: Settings, models: list[ModelEntry], commands: Commands, jobs: Jobs) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Summarise"))
        self._settings = settings
        self.controls = GenerationControls(Mode.SUMMARISE, settings.summarise, models)
        self._style = choice(self.tr("Form"))
        for style, name in self.style_names().items():
            self._style.addItem(name, style.value)
        self._count = QSpinBox()
        self._count.setRange(1, 100)
        inset(self._count)
        self._count.setValue(settings.sentences)
        self._count.setAccessibleName(self.tr("Sentences"))
        self._count_label = label(self.tr("Sentences"))
        self._hint = label("", "quiet", wraps=True)
        self.button = GenerateButton(self.tr("Summarise"), commands, jobs)
        self.fill(self._form(), self.controls, self.button, self._hint)
        self._style.currentIndexChanged.connect(self._on_style)
        self._count.valueChanged.connect(self._on_count)
        once_at(self._style, settings.style)
        self._on_style()

    @property
    def style_chosen(self) -> SummaryStyle:
        """Return the form of summary chosen."""
        return SummaryStyle(self._style.currentData())

    def style_names(self) -> dict[SummaryStyle, str]:
        """Return what the forms are called."""
        return {
            SummaryStyle.KEY_SENTENCES: self.tr("Key sentences"),
            SummaryStyle.HEADLINE: self.tr("Headline"),
            SummaryStyle.ABSTRACT: self.tr("Abstract"),
        }

    def request(self, text: str) -> Request:
        """Return the request to summarise `text`. Raises SettingsError for settings that contradict each other."""
        return Request(
            mode=Mode.SUMMARISE,
            text=text,
            params=self.controls.params(),
            model=self.controls.model,
            server=find_server(self._settings, self.controls.choice),
            style=self.style_chosen,
            sentences=self._count.value(),
        )

    def _form(self) -> QWidget:
        made = QWidget()
        grid = form_grid(made)
        grid.setColumnMinimumWidth(0, self.controls.caption_width)
        grid.addWidget(label(self.tr("Form")), 0, 0)
        grid.addWidget(self._style, 0, 1)
        grid.addWidget(self._count_label, 1, 0)
        grid.addWidget(self._count, 1, 1)
        return made

    @Slot()
    def _on_style(self) -> None:
        self._settings.style = self.style_chosen.value
        self.style_changed.emit()
        extractive = self.style_chosen is SummaryStyle.KEY_SENTENCES
        self._count.setVisible(extractive)
        self._count_label.setVisible(extractive)
        self.controls.setVisible(not extractive)
        self._hint.setText(
            self.tr("Picks the sentences that say most, from texts of any length. A click leads to their place.")
            if extractive
            else self.tr("Summarises what is selected, or else the whole document.")
        )

    @Slot(int)
    def _on_count(self, count: int) -> None:
        self._settings.sentences = count
