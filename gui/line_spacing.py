"""A plain-text layout with room between its lines, each of which begins at the side where its script does."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QTextBlock, QTextDocument, QTextLine
from PySide6.QtWidgets import QPlainTextDocumentLayout


class SpacedLayout(QPlainTextDocumentLayout):
    """Lay plain text out with a line every `pitch` pixels; Qt's own layout ignores line heights.

    Lines that mix Latin and Chinese are taller than others and would otherwise look uneven. Paragraphs that run from
    right to left, which Qt's layout begins at the left, begin at the right.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.pitch = 0

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        """Return the block's rectangle, after moving its fresh lines to their places."""
        rect = super().blockBoundingRect(block)
        layout = block.layout() if self.pitch and block.isValid() else None
        count = layout.lineCount() if layout is not None else 0
        if layout is None or not count:
            return rect
        if layout.lineAt(0).y() == 0:
            top, leftwards = 0.0, block.textDirection() is Qt.LayoutDirection.RightToLeft
            for index in range(count):
                line = layout.lineAt(index)
                gap = self._gap(line.height())
                line.setPosition(QPointF(line.x() + (_room(line) if leftwards else 0.0), top + gap))
                top += line.height() + 2 * gap
            rect = super().blockBoundingRect(block)
        return rect.adjusted(0, 0, 0, self._gap(layout.lineAt(count - 1).height()))

    def _gap(self, height: float) -> float:
        # Never 0, by which lines are known to be fresh.
        return max(2.0, (self.pitch - height) / 2)


def _room(line: QTextLine) -> float:
    """Return how many pixels of a line its text leaves."""
    return max(0.0, line.width() - line.naturalTextWidth())
