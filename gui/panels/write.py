"""The Write panel: what the story must not forget, how to continue it, and the variants that came."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from engine.catalog import ModelEntry
from engine.modes import LoreEntry, Mode, Request
from gui.commands import Commands
from gui.jobs import Jobs
from gui.panels.cards import VariantCards
from gui.panels.controls import GenerationControls
from gui.panels.fields import Foldable, NoteField, titled
from gui.panels.generate_button import GenerateButton
from gui.panels.mode_panel import ModePanel
from gui.panels.widgets import column, inset, label
from gui.settings import Settings


class WritePanel(ModePanel):
    """Gather what a continuation needs."""

    def __init__(self, settings: Settings, models: list[ModelEntry], commands: Commands, jobs: Jobs) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Write"))
        self._settings = settings
        self.controls = GenerationControls(Mode.WRITE, settings.write, models)
        self.cards = VariantCards()
        self._count = QSpinBox()
        self._count.setRange(1, 5)
        inset(self._count)
        self._count.setValue(settings.variants)
        self._count.setAccessibleName(self.tr("Variants"))
        self._count.setToolTip(self.tr("How many continuations to write at once"))
        self._count.valueChanged.connect(self._on_count)
        self.button = GenerateButton(self.tr("Continue the text"), commands, jobs)
        self.fill(self._notes(), self.controls, self._row(), self.button, self.cards)

    def request(self, text: str) -> Request:
        """Return the request to continue `text`. Raises SettingsError for settings that contradict each other."""
        return Request(
            mode=Mode.WRITE,
            text=text,
            params=self.controls.params(),
            model=self.controls.model,
            variants=self._count.value(),
            memory=self._settings.memory,
            note=self._settings.note,
            lore=parse_lore(self._settings.lore),
        )

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

    def _notes(self) -> Foldable:
        memory = NoteField(
            self.tr("Memory"),
            self.tr("What the model should always know: who, where, when."),
            self._settings.memory,
        )
        note = NoteField(
            self.tr("Author's note"),
            self.tr("A hint for what comes next: tense, mood, style."),
            self._settings.note,
            lines=2,
        )
        lore = NoteField(
            self.tr("Lorebook"),
            self.tr("One fact a line: names: what is known.\nAnna, Ann: a doctor from Bremen"),
            self._settings.lore,
        )
        memory.textChanged.connect(lambda: setattr(self._settings, "memory", memory.toPlainText()))
        note.textChanged.connect(lambda: setattr(self._settings, "note", note.toPlainText()))
        lore.textChanged.connect(lambda: setattr(self._settings, "lore", lore.toPlainText()))
        content = QWidget()
        layout = column(content)
        layout.addWidget(titled(self.tr("Memory"), memory))
        layout.addWidget(titled(self.tr("Author's note"), note))
        layout.addWidget(titled(self.tr("Lorebook"), lore))
        is_open = bool(self._settings.memory or self._settings.note or self._settings.lore)
        return Foldable(self.tr("Story notes"), content, is_open=is_open)

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
