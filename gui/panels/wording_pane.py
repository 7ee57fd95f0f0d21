"""New wordings of a sentence as cards: a click puts one in its place."""

from __future__ import annotations

from PySide6.QtCore import Signal

from gui.panels.mode_panel import ModePanel
from gui.panels.variant_cards import VariantCards
from gui.panels.widgets import button, label
from gui.variant import Variant


class WordingPane(ModePanel):
    """Show the writer's own words first and what the model makes of them below."""

    chosen = Signal(int)
    more_asked = Signal()

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Wordings"))
        self._hint = label("", "quiet", wraps=True)
        self.cards = VariantCards()
        self.cards.chosen.connect(self.chosen)
        self._more = button(self.tr("Others"), self.tr("Ask for other wordings of the same words"))
        self._more.clicked.connect(self.more_asked)
        self.fill(self._hint, self.cards, self._more)

    def show_variants(self, hint: str, variants: list[Variant], current: int, *, finished: bool) -> None:
        """Show what there is; with `finished`, others can be asked for."""
        self._hint.setText(hint)
        self.cards.show_variants(variants, current)
        self._more.setVisible(finished and bool(variants))
