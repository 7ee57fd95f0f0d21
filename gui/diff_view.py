"""Two versions of a text in one view: what went is struck through, what came is underlined."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from engine.store.word_diff import Kind, Piece
from gui.fonts import is_chinese, text_font
from gui.raw_text import to_document
from gui.themes import Theme

_KEPT = 400  # characters of unchanged text that are shown beside a change
_GAP = "\n⋯\n"


class DiffView(QPlainTextEdit):
    """Show pieces of text; long stretches that are the same in both are left out where that is asked for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setObjectName("field")
        self.setAccessibleName(self.tr("What changed"))
        self.setUndoRedoEnabled(False)
        self._formats = _formats(theme)
        self._changes: list[int] = []
        self._pieces: list[Piece] = []
        self._whole = False

    @property
    def changes(self) -> int:
        """Return the number of places that changed."""
        return len(self._changes)

    def set_theme(self, theme: Theme) -> None:
        """Show everything in the colours of `theme`."""
        self._formats = _formats(theme)
        self.show_pieces(self._pieces, whole=self._whole)

    def show_pieces(self, pieces: list[Piece], *, whole: bool = False) -> None:
        """Show what `word_diff` found, from the first change on."""
        self._pieces, self._whole = pieces, whole
        self.clear()
        text = "".join(piece.text for piece in pieces[:20])
        self.setFont(text_font(self.font().pointSizeF(), chinese=is_chinese(text)))
        self._changes = []
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        before = Kind.SAME
        for number, piece in enumerate(pieces):
            if piece.kind is not Kind.SAME and before is Kind.SAME:
                self._changes.append(cursor.position())
            shown = piece.text
            if piece.kind is Kind.SAME and not whole:
                shown = _shortened(shown, first=number == 0, last=number == len(pieces) - 1)
            cursor.insertText(to_document(shown), self._formats[piece.kind])
            before = piece.kind
        cursor.endEditBlock()
        self.go_to(0)

    @Slot(int)
    def go_to(self, number: int) -> None:
        """Bring a change into view."""
        cursor = QTextCursor(self.document())
        if self._changes:
            cursor.setPosition(self._changes[number % len(self._changes)])
        self.setTextCursor(cursor)
        self.centerCursor()


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """Return what of unchanged text stands near a change."""
    if len(text) <= 2 * _KEPT or (first and last):
        return text
    head = "" if first else text[:_KEPT].rsplit(" ", 1)[0]
    tail = "" if last else text[-_KEPT:].split(" ", 1)[-1]
    return head + _GAP + tail


def _formats(theme: Theme) -> dict[Kind, QTextCharFormat]:
    same, removed, added = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
    removed.setFontStrikeOut(True)
    removed.setForeground(QColor(theme.warning_ink))
    removed.setBackground(QColor(theme.warning))
    added.setFontUnderline(True)
    added.setForeground(QColor(theme.model_ink))
    added.setBackground(QColor(theme.model_tint))
    return {Kind.SAME: same, Kind.REMOVED: removed, Kind.ADDED: added}
