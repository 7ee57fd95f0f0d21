"""Cards: short texts to read and pick from."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gui.fonts import text_font
from gui.panels.widgets import column, label
from gui.variants import Variant

_SHOWN = 420  # characters


class Card(QFrame):
    """A text with a line above it; a click, Enter or Space picks it, the arrow keys go on to its neighbours."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._name = label("", "quiet")
        self._mark = label("", "quiet")
        self._state = label("", "quiet")
        self._mark.hide()
        self._text = label("", wraps=True)
        self._text.setFont(text_font(self.font().pointSizeF() + 1))
        head = QHBoxLayout()
        head.addWidget(self._name)
        head.addWidget(self._mark)
        head.addStretch(1)
        head.addWidget(self._state)
        layout = column(self, 4)
        layout.setContentsMargins(11, 8, 11, 10)
        layout.addLayout(head)
        layout.addWidget(self._text)

    def show_text(self, text: str, name: str = "", state: str = "") -> None:
        """Show `text`, all on one long line, under its name and state."""
        text = " ".join(text.split())
        for shown, words in ((self._name, name), (self._state, state)):
            shown.setText(words)
            shown.setVisible(bool(words))
        self._text.setText(text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …")
        self._text.setVisible(bool(text))
        self.setAccessibleName(name or text)
        self.setAccessibleDescription(text)

    def set_mark(self, mark: str, reason: str) -> None:
        """Show a small mark beside the name, "" for none, with its reason on hover."""
        self._mark.setText(f"·  {mark}" if mark else "")
        self._mark.setToolTip(reason)
        self._mark.setVisible(bool(mark))

    def set_current(self, current: bool) -> None:
        """Show whether this is the one in use."""
        if self.property("current") != current:
            self.setProperty("current", current)
            self.style().unpolish(self)
            self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Wait for the release."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose by a click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by Enter or Space, move by the arrow keys."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.chosen.emit()
            case Qt.Key.Key_Down:
                self.focusNextChild()
            case Qt.Key.Key_Up:
                self.focusPreviousChild()
            case _:
                super().keyPressEvent(event)


class VariantCards(QWidget):
    """All variants, in the order in which they were asked for."""

    chosen = Signal(int)

    def __init__(self, here: str = "") -> None:
        """Show no cards yet; `here` is what the current one is said to be, if not in the text."""
        super().__init__()
        self._here = here or self.tr("in the text")
        self._cards: list[Card] = []
        self._layout = column(self, 8)

    @property
    def cards(self) -> list[Card]:
        """Return the cards in view."""
        return list(self._cards)

    def show_variants(self, variants: list[Variant], current: int) -> None:
        """Show `variants`, the one numbered `current` as the one in use."""
        while len(self._cards) > len(variants):
            card = self._cards.pop()
            self._layout.removeWidget(card)
            card.deleteLater()
        while len(self._cards) < len(variants):
            self._add_card(len(self._cards))
        for number, (card, variant) in enumerate(zip(self._cards, variants, strict=True)):
            state = self._here if number == current else ""
            state = state if variant.text else self.tr("stopped before a word came")
            name = self._name(number, variants)
            card.show_text(variant.text, name, state if variant.finished else self.tr("writing…"))
            card.setToolTip(self._origin(variant))
            card.set_current(number == current)
            card.set_mark(self._mark(variant.rank), variant.reason)

    def _name(self, number: int, variants: list[Variant]) -> str:
        own = sum(variant.own for variant in variants)
        if variants[number].own:
            return self.tr("Your words")
        return self.tr("Variant {0} of {1}").format(number + 1 - own, len(variants) - own)

    def _origin(self, variant: Variant) -> str:
        if variant.seed < 0:
            return ""
        seed = self.tr("Seed {0}").format(variant.seed)
        bits = self.tr("to its model {0} bits a token").format(f"{variant.bits:.1f}")
        return f"{seed}, {bits}" if variant.bits >= 0 else seed

    def _mark(self, rank: int) -> str:
        first = (self.tr("most natural"), self.tr("2nd"), self.tr("3rd"))
        return "" if not rank else first[rank - 1] if rank <= len(first) else self.tr("{0}th").format(rank)

    def _add_card(self, number: int) -> None:
        card = Card()
        card.chosen.connect(lambda: self.chosen.emit(number))
        self._cards.append(card)
        self._layout.addWidget(card)
