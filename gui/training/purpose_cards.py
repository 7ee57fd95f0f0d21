"""What a model shall learn: four cards, one of them chosen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QSizePolicy, QWidget

from engine.purposes import Purpose
from gui.panels.widgets import column, label
from gui.training.words import purpose_sentence, purpose_title

_TWO_ABREAST = 470  # pixels
_DOT = 15


class PurposeCards(QWidget):
    """Choose one of the purposes, by click or by the arrow keys."""

    chosen = Signal(object)  # Purpose

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("What the model shall learn"))
        self._cards = {purpose: ChoiceCard(purpose_title(purpose), purpose_sentence(purpose)) for purpose in Purpose}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._columns = 0
        group = QButtonGroup(self)
        for purpose, card in self._cards.items():
            group.addButton(card)
            card.toggled.connect(lambda on, purpose=purpose: self.chosen.emit(purpose) if on else None)
        self._cards[Purpose.CONTINUE].setChecked(True)
        self._arrange(2)

    @property
    def purpose(self) -> Purpose:
        """Return the purpose chosen."""
        return next(purpose for purpose, card in self._cards.items() if card.isChecked())

    def card(self, purpose: Purpose) -> ChoiceCard:
        """Return the card of a purpose."""
        return self._cards[purpose]

    def fit(self, width: int) -> None:
        """Lay the cards out for `width` pixels."""
        self._arrange(2 if width >= _TWO_ABREAST else 1)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self._cards.values()):
            self._grid.addWidget(card, number // columns, number % columns)
        for each in range(2):
            self._grid.setColumnStretch(each, int(each < columns))


class ChoiceCard(QAbstractButton):
    """A choice with a title and a sentence, of which one in a group is on."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__()
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        layout = column(self, 3)
        layout.setContentsMargins(38, 10, 12, 11)
        for part in (label(title, "title", wraps=True), label(sentence, "quiet", wraps=True)):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(part)
        layout.addStretch(1)

    def sizeHint(self) -> QSize:
        """Return the room for both lines."""
        return QSize(240, self.heightForWidth(240))

    def minimumSizeHint(self) -> QSize:
        """Return the room without which words would be cut."""
        return QSize(170, self.heightForWidth(240))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that a click does something."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Take that back."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame and, at its left, whether this is the one."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self.palette()
        quiet, accent = colours.color(QPalette.ColorRole.PlaceholderText), colours.color(QPalette.ColorRole.Accent)
        lively = self.hasFocus() or self.isChecked()
        border = accent if lively else quiet if self.underMouse() else colours.color(QPalette.ColorRole.Mid)
        painter.setPen(QPen(border, 2 if self.hasFocus() else 1))
        painter.setBrush(colours.color(QPalette.ColorRole.Button))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        centre = QPointF(12 + _DOT / 2, 12 + _DOT / 2)
        painter.setPen(QPen(accent if self.isChecked() else quiet, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, _DOT / 2 - 1, _DOT / 2 - 1)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawEllipse(centre, 3.6, 3.6)
