"""Two versions of a text in one view: what went is struck through, what came is underlined."""

from __future__ import annotations

from collections.abc import Container

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QMouseEvent, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from engine.store.word_diff import Kind, Piece
from gui.fonts import is_chinese, pitch, text_font
from gui.line_spacing import SpacedLayout
from gui.raw_text import to_document
from gui.themes import Theme

_KEPT = 400  # characters of unchanged text that are shown beside a change
_GAP = "\n⋯\n"
_LARGER = 1.5  # points than the window's letters: text is read, and a serif looks small beside them


class DiffView(QPlainTextEdit):
    """Show pieces of text; long stretches that are the same in both are left out where that is asked for."""

    clicked = Signal(int)  # the number of a change

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        document = QTextDocument(self)
        self._spacing = SpacedLayout(document)
        document.setDocumentLayout(self._spacing)
        self.setDocument(document)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setObjectName("field")
        self.setAccessibleName(self.tr("What changed"))
        self.setUndoRedoEnabled(False)
        self._theme = theme
        self._points = self.font().pointSizeF() + _LARGER
        self._changes: list[tuple[int, int]] = []  # where each begins and ends
        self._pieces: list[Piece] = []
        self._whole = False
        self._left: Container[int] = ()

    @property
    def changes(self) -> int:
        """Return the number of places that changed."""
        return len(self._changes)

    def set_theme(self, theme: Theme) -> None:
        """Show everything in the colours of `theme`."""
        self._theme = theme
        self.show_pieces(self._pieces, whole=self._whole, left=self._left)

    def show_pieces(self, pieces: list[Piece], *, whole: bool = False, left: Container[int] = ()) -> None:
        """Show what was found to differ, from the first change on; those numbered in `left` as not made."""
        self._pieces, self._whole, self._left = pieces, whole, left
        self.clear()
        text = "".join(piece.text for piece in pieces[:20])
        font = text_font(self._points, chinese=is_chinese(text))
        self.setFont(font)
        self.document().setDefaultFont(font)
        self._spacing.pitch = pitch(font)
        self._changes = []
        made, unmade = _formats(self._theme), _unmade_formats(self._theme)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        before = Kind.SAME
        for number, piece in enumerate(pieces):
            if piece.kind is not Kind.SAME and before is Kind.SAME:
                self._changes.append((cursor.position(), cursor.position()))
            shown = piece.text
            if piece.kind is Kind.SAME and not whole:
                shown = _shortened(shown, first=number == 0, last=number == len(pieces) - 1)
            cursor.insertText(to_document(shown), (unmade if len(self._changes) - 1 in left else made)[piece.kind])
            if piece.kind is not Kind.SAME:
                self._changes[-1] = self._changes[-1][0], cursor.position()
            before = piece.kind
        cursor.endEditBlock()
        self.setExtraSelections([])
        self.go_to(0)

    def mark(self, number: int) -> None:
        """Bring a change into view, and show that it is the one in hand."""
        self.go_to(number)
        extent, lit = QTextCursor(self.document()), QTextCharFormat()
        lit.setBackground(QColor(self._theme.selection))
        start, end = self._changes[number]
        extent.setPosition(start)
        extent.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        mark = QTextEdit.ExtraSelection()
        mark.cursor, mark.format = extent, lit  # pyright: ignore - Qt's own attributes
        self.setExtraSelections([mark])

    def selected(self) -> list[int]:
        """Return the numbers of the changes that the selection reaches, none where nothing is selected."""
        cursor = self.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        if start == end:
            return []
        return [number for number, (begin, finish) in enumerate(self._changes) if begin < end and finish > start]

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell which change was clicked; to select text is no click."""
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self.textCursor().hasSelection():
            return
        position = self.cursorForPosition(event.position().toPoint()).position()
        for number, (start, end) in enumerate(self._changes):
            if start <= position < end:
                self.clicked.emit(number)
                return

    @Slot(int)
    def go_to(self, number: int) -> None:
        """Bring a change into view."""
        cursor = QTextCursor(self.document())
        if self._changes:
            cursor.setPosition(self._changes[number % len(self._changes)][0])
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


def _unmade_formats(theme: Theme) -> dict[Kind, QTextCharFormat]:
    """Return how a change looks that is not made: the old text as it was, the new one on its way out."""
    same, added = QTextCharFormat(), QTextCharFormat()
    added.setFontStrikeOut(True)
    added.setForeground(QColor(theme.quiet))
    return {Kind.SAME: same, Kind.REMOVED: same, Kind.ADDED: added}
