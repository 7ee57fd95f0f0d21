"""The variants of one place as cards, each branch below what it branches from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from engine.store.branches import tree
from gui.panels.cards import Card
from gui.panels.widgets import column, label
from gui.variant import Variant

_STEP = 16  # pixels by which a branch stands to the right of its parent
_DEEPEST = 3  # steps
_LAST_WORDS = 24  # characters of what a branch goes on from


class VariantCards(QWidget):
    """All variants, in the order in which they were asked for, but branches below their parents."""

    chosen = Signal(int)

    def __init__(self, here: str = "") -> None:
        """Show no cards yet; `here` is what the current one is said to be, if not in the text."""
        super().__init__()
        self._here = here or self.tr("in the text")
        self._cards: list[Card] = []
        self._turns: list[QLabel] = []
        self._rows: list[QWidget] = []  # a card each, with its turn before it
        self._numbers: list[int] = []
        self._layout = column(self, 8)

    @property
    def cards(self) -> list[Card]:
        """Return the cards in view."""
        return list(self._cards)

    @property
    def current(self) -> Card | None:
        """Return the card of the variant in use."""
        return next((card for card in self._cards if card.property("current")), None)

    @property
    def depths(self) -> list[int]:
        """Return how deep a branch each card in view is shown to be."""
        return [0 if turn.isHidden() else turn.maximumWidth() // _STEP for turn in self._turns]

    def show_variants(self, variants: list[Variant], current: int) -> None:
        """Show `variants`, the one numbered `current` as the one in use."""
        while len(self._cards) > len(variants):
            self._cards.pop()
            self._turns.pop()
            row = self._rows.pop()
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self._cards) < len(variants):
            self._add_card(len(self._cards))
        order = tree(variants)
        self._numbers = [number for number, _ in order]
        for (number, depth), card, turn in zip(order, self._cards, self._turns, strict=True):
            variant = variants[number]
            state = self._here if number == current else ""
            state = state if variant.written else self.tr("stopped before a word came")
            text = f"…{variant.written}" if variant.parent >= 0 else variant.text
            name = self._name(number, variants)
            card.show_text(text, name, state if variant.finished else self.tr("writing…"), self._foot(number, variants))
            card.setToolTip(self._origin(number, variants))
            card.set_current(number == current)
            card.set_mark(self._mark(variant.rank), variant.reason)
            turn.setFixedWidth(_STEP * min(depth, _DEEPEST))
            turn.setVisible(depth > 0)

    def _name(self, number: int, variants: list[Variant]) -> str:
        if variants[number].own:
            return self.tr("Your words")
        return self.tr("Variant {0} of {1}").format(
            shown_number(variants, number), sum(not variant.own for variant in variants)
        )

    def _foot(self, number: int, variants: list[Variant]) -> str:
        """Return who wrote a variant, and from what."""
        variant = variants[number]
        origin = ""
        if variant.sources:
            numbers = [number for number in variant.sources if not variants[number].own]
            origin = self.tr("mixed of {0}").format(", ".join(str(shown_number(variants, each)) for each in numbers))
        elif variant.parent >= 0:
            parent = variants[variant.parent]
            shown = shown_number(variants, variant.parent)
            origin = self.tr("branch of your words") if parent.own else self.tr("branch of {0}").format(shown)
        return "  ·  ".join(part for part in (variant.model, origin) if part)

    def _origin(self, number: int, variants: list[Variant]) -> str:
        """Return what drew a variant, and behind which words a branch begins."""
        variant, lines = variants[number], []
        if variant.parent >= 0:
            head = " ".join(variants[variant.parent].text[: variant.offset].split())
            last = head if len(head) <= _LAST_WORDS else f"…{head[-_LAST_WORDS:]}"
            lines.append(self.tr("Goes on from “{0}”").format(last))
        if variant.seed >= 0:
            seed = self.tr("Seed {0}").format(variant.seed)
            bits = self.tr("to its model {0} bits a token").format(f"{variant.bits:.1f}")
            lines.append(f"{seed}, {bits}" if variant.bits >= 0 else seed)
        return "\n".join(lines)

    def _mark(self, rank: int) -> str:
        first = (self.tr("most natural"), self.tr("2nd"), self.tr("3rd"))
        return "" if not rank else first[rank - 1] if rank <= len(first) else self.tr("{0}th").format(rank)

    def _add_card(self, place: int) -> None:
        made, card, turn = QWidget(), Card(), label("↳", "quiet")
        turn.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        turn.setContentsMargins(0, 8, 3, 0)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(turn)
        row.addWidget(card, 1)
        card.chosen.connect(lambda: self.chosen.emit(self._numbers[place]))
        self._cards.append(card)
        self._turns.append(turn)
        self._rows.append(made)
        self._layout.addWidget(made)


def shown_number(variants: Sequence[Variant], number: int) -> int:
    """Return by which number the writer knows a variant: his own words bear none."""
    return number + 1 - sum(variant.own for variant in variants[:number])
