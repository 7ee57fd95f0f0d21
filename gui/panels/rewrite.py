"""The Rewrite panel: how a passage is to change, the proposals that came, and what each would change."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSpinBox, QWidget

from engine.catalog import ModelEntry
from engine.instructions import REWRITES
from engine.modes import Mode, Request
from gui.commands import Commands
from gui.drafts import draft_of
from gui.jobs import Jobs
from gui.panels.changes import Changes
from gui.panels.controls import GenerationControls
from gui.panels.fields import Foldable, NoteField
from gui.panels.generate_button import GenerateButton
from gui.panels.mode_panel import ModePanel
from gui.panels.variant_cards import VariantCards
from gui.panels.widgets import button, choice, form_grid, inset, label, once_at
from gui.servers import find_server
from gui.settings import Settings
from gui.themes import Theme
from gui.variant import Variant

_OWN = ""  # in place of a name: the writer's own words


class RewritePanel(ModePanel):
    """Gather what a rewrite needs, and show its proposals beside the original."""

    accept_asked = Signal()

    def __init__(
        self, settings: Settings, models: list[ModelEntry], commands: Commands, jobs: Jobs, theme: Theme
    ) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Rewrite"))
        self._settings = settings
        self.controls = GenerationControls(Mode.REWRITE, settings.rewrite, models)
        self.way = choice(self.tr("Make it"))
        for way, title in self._ways().items():
            self.way.addItem(title, way)
        self.words = NoteField(
            self.tr("Instruction"), self.tr("In the past tense. As a letter. From her side."), settings.rewrite_words
        )
        self._count = QSpinBox()
        self._count.setRange(1, 5)
        inset(self._count)
        self._count.setValue(settings.proposals)
        self._count.setAccessibleName(self.tr("Proposals"))
        self.button = GenerateButton(self.tr("Rewrite"), commands, jobs)
        hint = label(self.tr("Rewrites what is selected. Nothing changes before you accept it."), "quiet", wraps=True)
        self.cards = VariantCards(self.tr("shown below"))
        self.changes = Changes(theme)
        self.accept = button(
            self.tr("Accept"),
            self.tr("Put this proposal, but for what is left out, in place of the passage"),
            "primary",
        )
        self.accept.clicked.connect(self.accept_asked)
        how = Foldable(self.tr("Model and settings"), self.controls, is_open=not self.controls.choice)
        self.fill(self._form(), how, self.button, hint, self.cards, self.changes, self.accept)
        self.way.currentIndexChanged.connect(self._on_way)
        self.words.textChanged.connect(self._on_words)
        self._count.valueChanged.connect(self._on_count)
        once_at(self.way, settings.rewrite_way)
        self._on_way()
        self.show_proposals("", [], -1, "")

    def request(self, text: str) -> Request:
        """Return the request to rewrite `text`. Raises SettingsError for settings that contradict each other."""
        return Request(
            mode=Mode.REWRITE,
            text=text,
            params=self.controls.params(),
            model=self.controls.model,
            server=find_server(self._settings, self.controls.choice),
            draft=draft_of(self._settings, Mode.REWRITE, self.controls.choice),
            variants=self._count.value(),
            instruction=self.instruction,
        )

    @property
    def instruction(self) -> str:
        """Return the name of a way to rewrite, or the writer's own words."""
        return self.way.currentData() or self.words.toPlainText()

    def show_proposals(self, original: str, proposals: list[Variant], current: int, language: str) -> None:
        """Show the proposals, and how the one numbered `current` differs from the original, which is in `language`."""
        self.cards.show_variants(proposals, current)
        shown = proposals[current].text if current >= 0 else ""
        finished = bool(shown) and proposals[current].finished
        self.changes.setVisible(bool(shown))
        self.accept.setVisible(bool(shown))
        self.accept.setEnabled(finished)
        if shown:
            self.changes.show_proposal(original, shown, language, finished=finished)
            self.bring_end(self.accept)

    def _ways(self) -> dict[str, str]:
        titles = {
            "shorter": self.tr("Shorter"),
            "livelier": self.tr("Livelier"),
            "plainer": self.tr("Plainer"),
            "correct": self.tr("Correct the grammar"),
        }
        return {**{way: titles[way] for way in REWRITES}, _OWN: self.tr("In your own words…")}

    def _form(self) -> QWidget:
        made = QWidget()
        grid = form_grid(made)
        grid.setColumnMinimumWidth(0, self.controls.caption_width)
        grid.addWidget(label(self.tr("Make it")), 0, 0)
        grid.addWidget(self.way, 0, 1)
        grid.addWidget(self.words, 1, 0, 1, 2)
        grid.addWidget(label(self.tr("Proposals")), 2, 0)
        grid.addWidget(self._count, 2, 1)
        return made

    def set_variants(self, count: int) -> None:
        """Ask for `count` proposals from now on."""
        self._count.setValue(count)

    @Slot()
    def _on_way(self) -> None:
        self._settings.rewrite_way = self.way.currentData()
        self.words.setVisible(self.way.currentData() == _OWN)

    @Slot()
    def _on_words(self) -> None:
        self._settings.rewrite_words = self.words.toPlainText()

    @Slot(int)
    def _on_count(self, count: int) -> None:
        self._settings.proposals = count
