"""The changes that a proposal would make, each of which the writer takes or leaves."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.store.changes import composed, word_changes
from engine.store.word_diff import Piece, word_diff
from engine.text.slips import Fact, Slip, slips
from gui.diff_view import DiffView
from gui.fonts import text_font
from gui.panels.widgets import button, column, label, plain_button
from gui.themes import Theme

_LINES = 2, 12  # of the view, at least and at most
_AROUND = 24  # its margins


class Changes(QWidget):
    """Show a proposal as changes of the original, one of them in hand; all are taken until the writer leaves some."""

    step_asked = Signal(int)
    toggle_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.view = DiffView(theme)
        self.view.setFont(text_font(self.font().pointSizeF() + 1))
        self._original = self._text = self._language = ""
        self._pieces: list[Piece] = []
        self._left: dict[str, set[int]] = {}  # by proposal, so that a look at another one forgets nothing
        self._number = 0
        self._doubt = label("", wraps=True)
        self._place = label("", "quiet")
        self.toggle = button(self.tr("Leave it out"))
        self.toggle.clicked.connect(self.toggle_asked)
        self._previous = plain_button("‹", self.tr("Previous change"))
        self._previous.clicked.connect(lambda: self.step_asked.emit(-1))
        self._following = plain_button("›", self.tr("Next change"))
        self._following.clicked.connect(lambda: self.step_asked.emit(1))
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        for each in (self._previous, self._place, self._following):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self.toggle)
        self._row.setVisible(False)  # until there is a change to take in hand
        layout = column(self, 6)
        for each in (self.view, self._doubt, self._row):
            layout.addWidget(each)
        self.view.clicked.connect(self._on_clicked)

    @property
    def text(self) -> str:
        """Return the proposal without the changes that are left."""
        return composed(self._pieces, self._left_here)

    @property
    def doubt(self) -> str:
        """Return what to look at twice before accepting, as a sentence; "" for nothing."""
        return self._doubt.text()

    @property
    def _left_here(self) -> set[int]:
        return self._left.setdefault(self._text, set())

    def set_theme(self, theme: Theme) -> None:
        """Show everything in the colours of `theme`."""
        self.view.set_theme(theme)
        self._mark()

    def show_proposal(self, original: str, text: str, language: str, *, finished: bool) -> None:
        """Show what `text` would change of `original`; an unfinished one is only to be read."""
        if original != self._original:
            self._left.clear()
        if (original, text) != (self._original, self._text):
            self._number = 0
        self._original, self._text, self._language = original, text, language
        self._pieces = (word_changes if finished else word_diff)(original, text)
        self._show(finished=finished)

    def step(self, steps: int) -> None:
        """Take the change `steps` further in hand, around the end."""
        if self._row.isVisibleTo(self):
            self._number = (self._number + steps) % self.view.changes
            self._mark()

    def take_or_leave(self) -> None:
        """Leave the change in hand out of the text, or take it after all."""
        if self._row.isVisibleTo(self):
            self._left_here.symmetric_difference_update({self._number})
            self._show(finished=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the text anew."""
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        fewest, most = _LINES
        lines = max(fewest, min(most, round(self.view.document().size().height())))
        self.view.setFixedHeight(lines * self.view.fontMetrics().lineSpacing() + _AROUND)

    def _show(self, *, finished: bool) -> None:
        self.view.show_pieces(self._pieces, whole=True, left=frozenset(self._left_here if finished else ()))
        self._fit_height()
        self._row.setVisible(finished and self.view.changes > 0)
        doubt = self._sentence(slips(self._original, self.text, self._language)) if finished else ""
        self._doubt.setText(doubt)
        self._doubt.setVisible(bool(doubt))
        self._mark()

    def _mark(self) -> None:
        if not self._row.isVisibleTo(self):
            return
        self.view.mark(self._number)
        left = self._number in self._left_here
        self.toggle.setText(self.tr("Take it") if left else self.tr("Leave it out"))
        place = self.tr("Change {0} of {1}").format(self._number + 1, self.view.changes)
        self._place.setText(place + (self.tr(", left out") if left else ""))
        for each in (self._previous, self._following):
            each.setEnabled(self.view.changes > 1)

    def _sentence(self, found: list[Slip]) -> str:
        return self.tr("Check: {0}.").format(", ".join(map(self._words, found))) if found else ""

    def _words(self, slip: Slip) -> str:
        gone, came = slip.gone, slip.came
        match slip.fact:
            case Fact.NEGATION:
                return self.tr('a "{0}" is gone').format(gone) if gone else self.tr('a "{0}" came in').format(came)
            case Fact.NAME if not (gone and came):
                return self.tr("the name {0} is gone").format(gone) if gone else self.tr("{0} is new").format(came)
            case _ if gone and came:
                return self.tr("{0} became {1}").format(gone, came)
            case _:
                return self.tr("{0} is gone").format(gone) if gone else self.tr("{0} is new").format(came)

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        if self._row.isVisibleTo(self):
            self._number = number
            self.take_or_leave()
