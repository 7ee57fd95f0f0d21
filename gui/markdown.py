"""Light Markdown: what the editor shows of it."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gui.raw_text import units
from gui.themes import Theme

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*$")
_LINE = re.compile(r"\s*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])")
_RULE = re.compile(r"\s*(?:[-*_][ \t]*){3,}$")
_FENCE = re.compile(r"\s*(```|~~~)")
_SPANS = re.compile(
    r"(?P<code>`+)[^`].*?(?P=code)"
    r"|(?P<strong>\*\*|__)(?=\S).+?(?<=\S)(?P=strong)"
    r"|(?<![\w*_])(?P<stress>[*_])(?=[^\s*_]).*?(?<=[^\s*_])(?P=stress)(?![\w*_])"
    r"|(?P<link>!?\[[^\]\n]*\]\([^)\n]*\))"
)
_HINT = re.compile(r"[`*_\[]")


class MarkdownHighlighter(QSyntaxHighlighter):
    """Show headings, emphasis, code, links and list marks; leave the words alone."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._formats = _formats(theme)

    def set_theme(self, theme: Theme) -> None:
        """Show everything in the colours of `theme`."""
        self._formats = _formats(theme)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Format one block; state 1 is inside a code block."""
        fenced = self.previousBlockState() == 1
        fence = _FENCE.match(text)
        self.setCurrentBlockState(int(fenced != bool(fence)))
        if fenced or fence:
            self.setFormat(0, len(text), self._formats["code"])
            return
        if text.startswith("#") and (match := _HEADING.match(text)):
            self.setFormat(0, len(text), self._formats["heading"])
            self.setFormat(0, len(match[1]), self._formats["mark"])
            return
        if (match := _RULE.match(text)) or (match := _LINE.match(text)):
            self.setFormat(0, match.end(), self._formats["mark"])
        if _HINT.search(text):
            self._spans(text)

    def _spans(self, text: str) -> None:
        wide = any(character > "\uffff" for character in text)
        for match in _SPANS.finditer(text):
            start, end = match.span()
            if wide:
                start, end = units(text[:start]), units(text[:end])
            self.setFormat(start, end - start, self._formats[match.lastgroup or "code"])


def _formats(theme: Theme) -> dict[str, QTextCharFormat]:
    formats = {name: QTextCharFormat() for name in ("heading", "strong", "stress", "code", "link", "mark")}
    formats["heading"].setFontWeight(QFont.Weight.Bold)
    formats["strong"].setFontWeight(QFont.Weight.Bold)
    formats["stress"].setFontItalic(True)
    formats["code"].setForeground(QColor(theme.quiet))
    formats["link"].setForeground(QColor(theme.accent))
    formats["mark"].setForeground(QColor(theme.mark))
    return formats
