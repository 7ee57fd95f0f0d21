"""A plain-text layout with room between its lines."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout


class SpacedLayout(QPlainTextDocumentLayout):
    """Lay plain text out with `2 * half_gap` pixels between lines; Qt's own layout ignores line heights."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.half_gap = 0

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        """Return the block's rectangle, after moving its fresh lines to their places."""
        rect = super().blockBoundingRect(block)
        layout = block.layout() if self.half_gap and block.isValid() else None
        if layout is None or not layout.lineCount():
            return rect
        if layout.lineAt(0).y() == 0:
            y = float(self.half_gap)
            for index in range(layout.lineCount()):
                line = layout.lineAt(index)
                line.setPosition(QPointF(line.x(), y))
                y += line.height() + 2 * self.half_gap
            rect = super().blockBoundingRect(block)
        return rect.adjusted(0, 0, 0, self.half_gap)
