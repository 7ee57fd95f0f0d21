"""Curves drawn with a painter: axes with round numbers, a few lines, and what they say under the pointer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

Point = tuple[float, float]

_TOP, _BOTTOM, _RIGHT = 38, 24, 12
_GAP = 8
_RIGHT_CENTRE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of points ordered by x; a `main` one is drawn strong and with its points."""

    name: str
    points: list[Point]
    main: bool = False


class Plot(QWidget):
    """Curves under a title; `unit` says what x counts from `begin`, `explain` adds words to a value.

    Curves that go on say their `latest` value; of others a value stands there only under the pointer.
    """

    def __init__(
        self,
        title: str,
        unit: str,
        explain: Callable[[float], str] = lambda _value: "",
        *,
        begin: int = 0,
        latest: bool = True,
    ) -> None:
        super().__init__()
        self._title = title
        self._unit = unit
        self._explain = explain
        self._begin = begin
        self._latest = latest
        self._curves: list[Curve] = []
        self._end = 0.0
        self._pointer: float | None = None
        self.setMouseTracking(True)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_curves(self, curves: list[Curve], end: float) -> None:
        """Show `curves` on an x axis to `end`."""
        self._curves = [curve for curve in curves if curve.points]
        self._end = max([end, *(curve.points[-1][0] for curve in self._curves)])
        self.setAccessibleDescription("; ".join(self._words(curve, curve.points[-1]) for curve in self._curves))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a size at which a curve can be read."""
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        """Return the least such size."""
        return QSize(220, 150)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the values under the pointer."""
        self._pointer = event.position().x()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show the latest values again."""
        super().leaveEvent(event)
        self._pointer = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw everything."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values = [y for curve in self._curves for _, y in curve.points]
        ticks = round_ticks(min(values, default=0.0), max(values, default=1.0))
        area = self._area([tick_words(tick, ticks) for tick in ticks])
        self._draw_axes(painter, area, ticks)
        for curve in self._curves:
            self._draw_curve(painter, curve, [self._place(point, area, ticks) for point in curve.points])
        self._draw_heading(painter, area)

    def _area(self, words: list[str]) -> QRectF:
        left = max(self.fontMetrics().horizontalAdvance(each) for each in words) + _GAP
        return QRectF(left, _TOP, max(1, self.width() - left - _RIGHT), max(1, self.height() - _TOP - _BOTTOM))

    def _place(self, point: Point, area: QRectF, ticks: list[float]) -> QPointF:
        x, y = point
        height = (y - ticks[0]) / (ticks[-1] - ticks[0])
        across = (x - self._begin) / max(1e-9, self._end - self._begin)
        return QPointF(area.left() + area.width() * across, area.bottom() - area.height() * height)

    def _colour(self, role: QPalette.ColorRole) -> QColor:
        return self.palette().color(role)

    def _draw_axes(self, painter: QPainter, area: QRectF, ticks: list[float]) -> None:
        quiet = self._colour(QPalette.ColorRole.PlaceholderText)
        height = self.fontMetrics().height()
        for tick in ticks:
            y = self._place((self._begin, tick), area, ticks).y()
            painter.setPen(QPen(self._colour(QPalette.ColorRole.Mid), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            if self._curves:
                painter.setPen(quiet)
                box = QRectF(0, y - height / 2, area.left() - _GAP, height)
                painter.drawText(box, _RIGHT_CENTRE, tick_words(tick, ticks))
        painter.setPen(quiet)
        foot = QRectF(area.left(), area.bottom() + 4, area.width(), height)
        if self._curves:
            painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, f"{self._begin}")
            painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{self._end:,.0f} {self._unit}")

    def _draw_curve(self, painter: QPainter, curve: Curve, places: list[QPointF]) -> None:
        colour = self._line_colour(curve)
        path = QPainterPath(places[0])
        for place in places[1:]:
            path.lineTo(place)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 2.2 if curve.main else 1.4, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(path)
        if curve.main or len(places) == 1:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            for place in places if len(places) <= 40 else places[-1:]:
                painter.drawEllipse(place, 3, 3)

    def _draw_heading(self, painter: QPainter, area: QRectF) -> None:
        """Draw the title at the left, and at the right what each curve says."""
        painter.setPen(self._colour(QPalette.ColorRole.WindowText))
        line = QRectF(0, 2, self.width() - _RIGHT, self.fontMetrics().height() + 2)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, self._title)
        room = line.width() - self.fontMetrics().horizontalAdvance(self._title) - 24
        right = line.right()
        for curve in reversed(self._curves):
            point = self._pointed(curve, area)
            words = self._words(curve, point) if self._latest or self._pointer is not None else curve.name
            wide = self.fontMetrics().horizontalAdvance(words) + 26
            if wide > room:
                break
            painter.setPen(self._line_colour(curve))
            painter.drawText(QRectF(right - wide + 26, 2, wide - 26, line.height()), Qt.AlignmentFlag.AlignLeft, words)
            painter.setPen(QPen(self._line_colour(curve), 2.2 if curve.main else 1.4))
            middle = line.center().y()
            painter.drawLine(QPointF(right - wide + 8, middle), QPointF(right - wide + 20, middle))
            right, room = right - wide - 10, room - wide - 10
        if self._pointer is not None and self._curves and area.left() <= self._pointer <= area.right():
            painter.setPen(QPen(self._colour(QPalette.ColorRole.PlaceholderText), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(self._pointer, area.top()), QPointF(self._pointer, area.bottom()))

    def _pointed(self, curve: Curve, area: QRectF) -> Point:
        if self._pointer is None:
            return curve.points[-1]
        x = self._begin + (self._pointer - area.left()) / area.width() * (self._end - self._begin)
        return min(curve.points, key=lambda point: abs(point[0] - x))

    def _words(self, curve: Curve, point: Point) -> str:
        more = self._explain(point[1])
        words = f"{curve.name} {point[1]:.2f}"
        return f"{words} ({more})" if more and curve.main else words

    def _line_colour(self, curve: Curve) -> QColor:
        return self._colour(QPalette.ColorRole.Accent if curve.main else QPalette.ColorRole.PlaceholderText)


def round_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return up to `most` round numbers at even distances that enclose `low` and `high`, at least two."""
    if high - low < 1e-9 * max(1.0, abs(low)):
        low, high = low - max(abs(low), 1.0) * 0.05, high + max(abs(high), 1.0) * 0.05
    step = 10.0 ** math.floor(math.log10(high - low) - 1)
    for factor in (1, 2, 5, 10, 20, 50, 100):
        first, last = math.floor(low / (step * factor)), math.ceil(high / (step * factor))
        if last - first < most:
            return [number * step * factor for number in range(first, last + 1)]
    raise AssertionError("a hundred steps of a tenth enclose anything")


def tick_words(tick: float, ticks: list[float]) -> str:
    """Return a tick with as many decimals as tell it from its neighbours."""
    step = ticks[1] - ticks[0]
    return f"{tick:,.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"
