"""The Write panel: what the story must not forget, how to continue it, and the variants that came."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from engine.catalog import ModelEntry
from engine.modes import LoreEntry, Mode, Request
from engine.server import Server
from gui.commands import Commands
from gui.drafts import draft_of
from gui.jobs import Jobs
from gui.panels.controls import GenerationControls
from gui.panels.generate_button import GenerateButton
from gui.panels.mode_panel import ModePanel
from gui.panels.notes import NotesFields
from gui.panels.variant_cards import VariantCards
from gui.panels.widgets import inset, label
from gui.servers import find_server, may_leave
from gui.settings import Settings


class WritePanel(ModePanel):
    """Gather what a continuation needs."""

    def __init__(self, settings: Settings, models: list[ModelEntry], commands: Commands, jobs: Jobs) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Write"))
        self._settings = settings
        self.controls = GenerationControls(Mode.WRITE, settings.write, models)
        self.notes = NotesFields()
        self.cards = VariantCards()
        self._count = QSpinBox()
        self._count.setRange(1, 5)
        inset(self._count)
        self._count.setValue(settings.variants)
        self._count.setAccessibleName(self.tr("Variants"))
        self._count.setToolTip(self.tr("How many continuations to write at once"))
        self._count.valueChanged.connect(self._on_count)
        self.button = GenerateButton(self.tr("Continue the text"), commands, jobs)
        self.fill(self.notes, self.controls, self._row(), self.button, self.cards)

    def request(self, text: str) -> Request:
        """Return the request to continue `text`. Raises SettingsError for settings that contradict each other."""
        notes = self.notes.notes
        return Request(
            mode=Mode.WRITE,
            text=text,
            params=self.controls.params(),
            model=self.controls.model,
            server=find_server(self._settings, self.controls.choice),
            draft=draft_of(self._settings, Mode.WRITE, self.controls.choice),
            variants=self.count,
            memory=notes.memory,
            note=notes.note,
            lore=parse_lore(notes.lore),
        )

    @property
    def count(self) -> int:
        """Return how many variants are asked for."""
        return self._count.value()

    def show_current(self) -> None:
        """Bring the card of the variant in the text into view."""
        if self.cards.current is not None:
            self.bring_end(self.cards.current)

    def scoring_server(self, document: str) -> Server | None:
        """Return the server that says how likely texts are and may have that of `document`, a path; None for none."""
        choice = self.controls.choice
        server = find_server(self._settings, choice)
        fits = server is not None and not server.chat and bool(document)
        return server if fits and may_leave(self._settings, choice, document) else None

    def set_variants(self, count: int) -> None:
        """Ask for `count` variants from now on."""
        self._count.setValue(count)

    def _row(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        name = label(self.tr("Variants"))
        name.setBuddy(self._count)
        row.addWidget(name)
        row.addStretch(1)
        row.addWidget(self._count)
        return made

    @Slot(int)
    def _on_count(self, count: int) -> None:
        self._settings.variants = count


def parse_lore(text: str) -> tuple[LoreEntry, ...]:
    """Return the entries of a lorebook written as lines "name, name: what is known"; other lines are left out."""
    entries = []
    for line in text.splitlines():
        names, colon, fact = line.replace("：", ":").partition(":")
        keys = tuple(key.strip() for key in names.replace("，", ",").split(",") if key.strip())
        if colon and keys and fact.strip():
            entries.append(LoreEntry(keys, fact.strip()))
    return tuple(entries)
