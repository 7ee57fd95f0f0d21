"""What the model writes at each evaluation, the latest on top."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from engine.events import TrainingReport
from gui.fonts import is_chinese, text_font
from gui.panels.widgets import column, label
from gui.training.words import figure

_MOST = 12
_SHOWN = 420  # characters


class Samples(QWidget):
    """Cards with samples."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = column(self, 8)
        self._hint = label(self.tr("What the model writes appears here at each evaluation."), "quiet", wraps=True)
        self._layout.addWidget(self._hint)
        self._layout.addStretch(1)
        self._cards: list[SampleCard] = []

    @property
    def texts(self) -> list[str]:
        """Return the samples in view, the latest first."""
        return [card.text for card in self._cards]

    def show_reports(self, reports: list[TrainingReport]) -> None:
        """Show the samples of `reports` and no others."""
        while self._cards:
            self._take_off(0)
        self._hint.show()
        for report in [report for report in reports if report.sample][-_MOST:]:
            self.add(report)

    def add(self, report: TrainingReport) -> None:
        """Put the sample of a report, if it has one, on top."""
        if not report.sample.strip():
            return
        while self._cards and self._cards[0].step >= report.step:  # trained anew from an older state
            self._take_off(0)
        self._hint.hide()
        card = SampleCard(report)
        self._cards.insert(0, card)
        self._layout.insertWidget(0, card)
        if len(self._cards) > _MOST:
            self._take_off(-1)

    def _take_off(self, number: int) -> None:
        card = self._cards.pop(number)
        self._layout.removeWidget(card)
        card.hide()
        card.deleteLater()


class SampleCard(QFrame):
    """One sample, and when it was written."""

    def __init__(self, report: TrainingReport) -> None:
        super().__init__()
        self.setObjectName("card")
        self.step = report.step
        self.text = "".join(each if _legible(each) else " " for each in report.sample).strip()
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Step {0}").format(f"{report.step:,}"), "quiet"))
        head.addStretch(1)
        if report.score is not None:
            head.addWidget(label(self.tr("chrF {0}").format(figure(report.score)), "quiet"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(11, 8, 11, 10)
        layout.setSpacing(4)
        layout.addLayout(head)
        for number, part in enumerate(self.text.split("\t", 1)):
            shown = label(part if len(part) <= _SHOWN else part[:_SHOWN].rstrip() + " …", wraps=True)
            shown.setFont(text_font(self.font().pointSizeF() + 1, chinese=is_chinese(part)))
            shown.setObjectName("quiet" if number == 0 and "\t" in self.text else "")
            layout.addWidget(shown)


def _legible(character: str) -> bool:
    """Tell whether a reader sees a sign: a model that knows little writes halves of some, which are none."""
    return character in "\n\t" or (character.isprintable() and character != "\N{REPLACEMENT CHARACTER}")
