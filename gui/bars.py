"""Scores from 0 to 100 as bars, drawn with a painter."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

_BAR, _GAP = 8, 4  # pixels


class Bars(QWidget):
    """One bar for each score under its name, the number at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._scores: list[tuple[str, float]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_scores(self, scores: list[tuple[str, float]]) -> None:
        """Show (name, score from 0 to 100)."""
        self._scores = scores
        self.setAccessibleName("; ".join(f"{name} {score:.1f}" for name, score in scores))
        self.setVisible(bool(scores))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for every bar and its name."""
        return QSize(200, len(self._scores) * self._row())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.fontMetrics().height()
        for place, (name, score) in enumerate(self._scores):
            top = place * self._row()
            words = QRectF(0, top, self.width(), line)
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            painter.drawText(words, Qt.AlignmentFlag.AlignLeft, name)
            painter.drawText(words, Qt.AlignmentFlag.AlignRight, f"{score:.1f}")
            painter.setPen(Qt.PenStyle.NoPen)
            for share, role in ((1.0, QPalette.ColorRole.Mid), (score / 100, QPalette.ColorRole.Accent)):
                painter.setBrush(self.palette().color(role))
                bar = QRectF(0, top + line + _GAP, max(_BAR, self.width() * min(1.0, share)), _BAR)
                if share > 0:
                    painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        painter.end()

    def _row(self) -> int:
        return self.fontMetrics().height() + _GAP + _BAR + 12
