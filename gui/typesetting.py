"""How the text of an editor is set: its font, its line spacing, and margins that keep lines comfortable."""

from __future__ import annotations

from PySide6.QtGui import QFontMetricsF, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit

from gui.fonts import is_chinese, pitch, text_font
from gui.line_spacing import SpacedLayout

_MEASURE = 70  # letters in a full line


class Typesetting:
    """Set the text of `editor`, which gets a document of its own for it."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        self._editor = editor
        self._chinese = False
        document = QTextDocument(editor)
        self._spacing = SpacedLayout(document)
        document.setDocumentLayout(self._spacing)
        document.setDocumentMargin(6)
        editor.setDocument(document)

    def choose_font(self, text: str) -> None:
        """Use the font that suits the language of `text`."""
        if is_chinese(text) != self._chinese:
            self._chinese = not self._chinese
            self.set_points(self._editor.font().pointSizeF())

    def set_points(self, points: float) -> None:
        """Show the text at `points`, with margins and line spacing to match."""
        font = text_font(points, chinese=self._chinese)
        self._editor.setFont(font)
        self._editor.document().setDefaultFont(font)
        self._spacing.pitch = pitch(font)
        self._editor.setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance("n"))
        self.fit_margins()

    def fit_margins(self) -> None:
        """Keep the measure at the editor's width as it is now."""
        letters = QFontMetricsF(self._editor.font()).horizontalAdvance("abcdefghijklmnopqrstuvwxyz") / 26
        side = max(14, round((self._editor.width() - _MEASURE * letters) / 2))
        self._editor.setViewportMargins(side, 10, max(4, side - 14), 0)
