"""The variants of a continuation as cards: read them, pick one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gui.panels.widgets import column, label
from gui.variants import Variant

_SHOWN = 420  # characters


class VariantCard(QFrame):
    """One variant; a click, Enter or Space puts it into the text."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._head = label("", "quiet")
        self._state = label("", "quiet")
        self._text = label("", wraps=True)
        head = QHBoxLayout()
        head.addWidget(self._head)
        head.addStretch(1)
        head.addWidget(self._state)
        layout = column(self, 4)
        layout.setContentsMargins(11, 8, 11, 10)
        layout.addLayout(head)
        layout.addWidget(self._text)

    def show_variant(self, number: int, count: int, variant: Variant, *, current: bool) -> None:
        """Show a variant, numbered from 1."""
        text = " ".join(variant.text.split())
        self._head.setText(self.tr("Variant {0}").format(number))
        self._state.setText(self._state_of(variant, current))
        self._text.setText(text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …")
        self._text.setVisible(bool(text))
        self.setAccessibleName(self.tr("Variant {0} of {1}").format(number, count))
        self.setAccessibleDescription(text)
        self.setToolTip(self.tr("Seed {0}").format(variant.seed) if variant.seed >= 0 else "")
        if self.property("current") != current:
            self.setProperty("current", current)
            self.style().unpolish(self)
            self.style().polish(self)

    def _state_of(self, variant: Variant, current: bool) -> str:
        if not variant.finished:
            return self.tr("writing…")
        return self.tr("in the text") if current else ""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose by a click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
            return
        super().keyPressEvent(event)


class VariantCards(QWidget):
    """All variants, in the order in which they were asked for."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[VariantCard] = []
        self._layout = column(self, 8)

    @property
    def cards(self) -> list[VariantCard]:
        """Return the cards in view."""
        return list(self._cards)

    def show_variants(self, variants: list[Variant], current: int) -> None:
        """Show `variants`, the one numbered `current` as the one in the text."""
        while len(self._cards) > len(variants):
            card = self._cards.pop()
            self._layout.removeWidget(card)
            card.deleteLater()
        while len(self._cards) < len(variants):
            self._add_card(len(self._cards))
        for number, (card, variant) in enumerate(zip(self._cards, variants, strict=True)):
            card.show_variant(number + 1, len(variants), variant, current=number == current)

    def _add_card(self, number: int) -> None:
        card = VariantCard()
        card.chosen.connect(lambda: self.chosen.emit(number))
        self._cards.append(card)
        self._layout.addWidget(card)
