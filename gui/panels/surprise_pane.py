"""What the surprise map says of a text as a whole: the scale, and the passages worth a look."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui.panels.cards import Card
from gui.panels.mode_panel import ModePanel
from gui.panels.widgets import button, column, label
from gui.shades import LIMITS, level_names


class Legend(QWidget):
    """Show the colours of the scale with the bits between them."""

    def __init__(self) -> None:
        super().__init__()
        self._colours: list[QColor] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("\n".join(level_names()))
        self.setAccessibleName(self.tr("From flat (cool) to startling (warm)"))

    def set_colours(self, colours: list[QColor]) -> None:
        """Show these from now on."""
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for a strip and a line of numbers below it."""
        return QSize(200, 18 + self.fontMetrics().height() + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the strip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / max(1, len(self._colours))
        painter.setPen(self.palette().mid().color())
        for place, colour in enumerate(self._colours):
            painter.fillRect(QRectF(place * width, 0, width, 16), colour)
        painter.drawRect(QRectF(0.5, 0.5, self.width() - 1, 15.5))
        painter.setPen(self.palette().placeholderText().color())
        for place, limit in enumerate(LIMITS, start=1):
            box = QRectF((place - 0.5) * width, 18, width, self.height() - 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, f"{limit:g}")
        painter.end()


class SurprisePane(ModePanel):
    """List flat and startling passages, each of which leads to its place."""

    chosen = Signal(int)  # place in the list that was shown, the flat ones first
    again_asked = Signal()

    def __init__(self) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Surprise map"))
        self.legend = Legend()
        self._summary = label("", "quiet", wraps=True)
        self._cards: list[Card] = []
        self._lists: list[tuple[QWidget, QVBoxLayout]] = []
        self._again = button(self.tr("Measure again"), self.tr("The text was changed: words without colour are new"))
        self._again.clicked.connect(self.again_asked)
        ends = QWidget()
        row = column(ends, 6)
        row.addWidget(label(self.tr("Bits per word: cool is expected, warm is startling"), "quiet", wraps=True))
        row.addWidget(self.legend)
        self.fill(ends, self._summary, self._again, self._list(self.tr("Startling")), self._list(self.tr("Flat")))
        self._lists.reverse()  # as the passages are numbered
        self.clear()

    @property
    def cards(self) -> list[Card]:
        """Return the passages in view, the flat ones first."""
        return list(self._cards)

    def clear(self) -> None:
        """Show that nothing is known yet."""
        self._again.hide()
        self.say(self.tr("Measuring…"))
        self.show_passages([], [])

    def say(self, summary: str) -> None:
        """Say how surprising the text is as a whole."""
        self._summary.setText(summary)

    def offer_again(self) -> None:
        """Offer to measure what has changed."""
        self._again.show()

    def show_passages(self, flat: list[tuple[str, float]], startling: list[tuple[str, float]]) -> None:
        """List passages as (text, mean bits)."""
        for card in self._cards:
            card.deleteLater()
        self._cards = []
        for (box, layout), passages in zip(self._lists, (flat, startling), strict=True):
            box.setVisible(bool(passages))
            for text, bits in passages:
                self._add(layout, text, bits)

    def _list(self, title: str) -> QWidget:
        box = QWidget()
        layout = column(box, 8)
        layout.addWidget(label(title, "section"))
        self._lists.append((box, layout))
        return box

    def _add(self, layout: QVBoxLayout, text: str, bits: float) -> None:
        card, number = Card(), len(self._cards)
        short = text if len(text) <= 160 else text[:160].rsplit(" ", 1)[0] + " …"
        card.show_text(short, self.tr("{0} bits per word").format(f"{bits:.1f}"))
        card.setToolTip(self.tr("Show where it stands"))
        card.chosen.connect(lambda: self._on_chosen(number))
        self._cards.append(card)
        layout.addWidget(card)

    def _on_chosen(self, number: int) -> None:
        for place, card in enumerate(self._cards):
            card.set_current(place == number)
        self.chosen.emit(number)
