"""Key sentences as cards, each of which leads to its place in the source."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.panels.cards import Card


class SentenceCards(QScrollArea):
    """A scrolling column of sentences in the order of the source."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Key sentences"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        page.setObjectName("page")
        self._layout = QVBoxLayout(page)
        self._layout.setContentsMargins(16, 8, 14, 8)
        self._layout.setSpacing(8)
        self._layout.addStretch(1)
        self._cards: list[Card] = []
        self._texts: list[str] = []
        self.setWidget(page)

    @property
    def texts(self) -> list[str]:
        """Return the sentences exactly as they stand in the source."""
        return list(self._texts)

    @property
    def cards(self) -> list[Card]:
        """Return the cards in view."""
        return list(self._cards)

    def clear(self) -> None:
        """Show none."""
        for card in self._cards:
            self._layout.removeWidget(card)
            card.deleteLater()
        self._cards, self._texts = [], []

    def insert(self, row: int, text: str) -> None:
        """Add a sentence at `row`."""
        card = Card()
        card.show_text(text)
        card.setToolTip(self.tr("Show where it stands"))
        card.chosen.connect(lambda: self._on_chosen(card))
        self._cards.insert(row, card)
        self._texts.insert(row, text)
        self._layout.insertWidget(row, card)

    def _on_chosen(self, chosen: Card) -> None:
        for card in self._cards:
            card.set_current(card is chosen)
        self.chosen.emit(self._cards.index(chosen))
