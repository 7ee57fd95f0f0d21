"""A model's score beside those it is compared with, as bars."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from engine.events import TrainingOutcome
from gui.panels.widgets import label
from gui.training.words import advantage, figure


class ScoreBars(QWidget):
    """One row per model: its name, a bar, its score, and how the new model compares with it."""

    def __init__(self, name: str, outcome: TrainingOutcome) -> None:
        super().__init__()
        others = [(title, score, self._words(outcome, score)) for title, score in _sorted(outcome)]
        rows = [(name, outcome.score, ""), *others]
        most = max((abs(score) for _, score, _ in rows if math.isfinite(score)), default=0.0) or 1.0
        self.words = [f"{title}: {figure(score)}" + (f" ({words})" if words else "") for title, score, words in rows]
        self.setAccessibleName(outcome.measure)
        self.setAccessibleDescription("; ".join(self.words))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for number, (title, score, words) in enumerate(rows):
            own = number == 0
            grid.addWidget(label(title, "title" if own else ""), number, 0)
            grid.addWidget(Bar(abs(score) / most if math.isfinite(score) else 0.0, strong=own), number, 1)
            grid.addWidget(label(figure(score), "title" if own else ""), number, 2, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label(words, "quiet"), number, 3)

    def _words(self, outcome: TrainingOutcome, baseline: float) -> str:
        words = advantage(outcome.score, baseline, lower_is_better=outcome.lower_is_better)
        return self.tr("the new one is {0}").format(words) if words else ""


class Bar(QWidget):
    """A bar that fills a share of its width."""

    def __init__(self, share: float, *, strong: bool) -> None:
        super().__init__()
        self._share = share
        self._strong = strong
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of a bar among lines of text."""
        return QSize(120, 12)

    def minimumSizeHint(self) -> QSize:
        """Return the least length that still compares."""
        return QSize(60, 12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar in its groove."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        painter.setBrush(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(whole, 4, 4)
        role = QPalette.ColorRole.Accent if self._strong else QPalette.ColorRole.PlaceholderText
        painter.setOpacity(1.0 if self._strong else 0.6)
        painter.setBrush(self.palette().color(role))
        painter.drawRoundedRect(QRectF(0, 0, max(8.0, whole.width() * self._share), whole.height()), 4, 4)


def _sorted(outcome: TrainingOutcome) -> list[tuple[str, float]]:
    return sorted(outcome.baselines.items(), key=lambda item: item[1], reverse=not outcome.lower_is_better)
