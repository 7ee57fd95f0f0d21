"""How hits are drawn: up to two lines of text with the matches on colour, below their document and their number."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.raw_text import units

SPANS = Qt.ItemDataRole.UserRole + 1
COUNT = Qt.ItemDataRole.UserRole + 2
_LINES = 2
_MARGIN_X, _MARGIN_Y = 6, 5


class SnippetDelegate(QStyledItemDelegate):
    """Draw an item that has matches (`SPANS`, offsets in its text) in up to two lines, any other one as a heading."""

    def __init__(self, view: QAbstractItemView, colour: QColor) -> None:
        super().__init__(view)
        self._view = view
        self._colour = colour

    def set_colour(self, colour: QColor) -> None:
        """Put matches on `colour` from now on."""
        self._colour = colour
        self._view.viewport().update()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return room for as many lines as the text takes in the view as wide as it is, or for a heading."""
        metrics = option.fontMetrics  # pyright: ignore
        room = self._view.viewport().width() - 2 * _MARGIN_X
        lines = 1 if index.data(SPANS) is None or metrics.horizontalAdvance(index.data()) <= room else _LINES
        return QSize(80, lines * metrics.lineSpacing() + 2 * _MARGIN_Y)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the row."""
        spans = index.data(SPANS)
        if spans is None:
            self._paint_heading(painter, option, index)
            return
        # Qt's own attributes, which its type stubs do not know.
        rect, state = option.rect, option.state  # pyright: ignore
        painter.save()
        painter.setClipRect(rect)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            selected = state & QStyle.StateFlag.State_Selected
            role = QPalette.ColorRole.Highlight if selected else QPalette.ColorRole.AlternateBase
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(option.palette.color(role))  # pyright: ignore
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, -1, -1), 4, 4)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))  # pyright: ignore
        layout = self._layout(index.data(), spans, option)
        layout.draw(painter, QPointF(rect.x() + _MARGIN_X, rect.y() + _MARGIN_Y))
        painter.restore()

    def _paint_heading(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        font = option.font  # pyright: ignore
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))  # pyright: ignore
        rect = option.rect.adjusted(_MARGIN_X, _MARGIN_Y, -_MARGIN_X, 0)  # pyright: ignore
        count = f"{index.data(COUNT):,}"
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
        rect.setRight(rect.right() - painter.fontMetrics().horizontalAdvance(count) - _MARGIN_X)
        shown = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideMiddle, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()

    def _layout(self, text: str, spans: tuple[tuple[int, int], ...], option: QStyleOptionViewItem) -> QTextLayout:
        layout = QTextLayout(text, option.font)  # pyright: ignore
        wrap = QTextOption()
        wrap.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(wrap)
        mark = QTextCharFormat()
        mark.setBackground(self._colour)
        ranges = []
        for start, end in spans:
            found = QTextLayout.FormatRange()
            found.start = units(text[:start])  # pyright: ignore
            found.length = units(text[start:end])  # pyright: ignore
            found.format = mark  # pyright: ignore
            ranges.append(found)
        layout.setFormats(ranges)
        layout.beginLayout()
        height = 0.0
        for _ in range(_LINES):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(40, option.rect.width() - 2 * _MARGIN_X))  # pyright: ignore
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        return layout
