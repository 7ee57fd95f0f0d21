"""Texts side by side, sentence by sentence, from each of which sentences can be taken."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.text.mixing import Part, unlike
from gui.direction import item_of
from gui.fonts import is_chinese, text_font
from gui.panels.widgets import label
from gui.themes import Theme

_NARROWEST, _LOWEST = 210, 60  # pixels of a column


class SentenceList(QListWidget):
    """A list of sentences, each laid out on as many lines as it needs; Enter and Space choose."""

    chosen = Signal(int)
    reached = Signal()  # the writer came to it
    lost = Signal()  # the writer went elsewhere
    left = Signal(int)  # the writer goes to the list that many to the right

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("well")
        self.setAccessibleName(name)
        self.setWordWrap(True)
        self.setSpacing(2)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show and tell that the writer is here."""
        super().focusInEvent(event)
        item = self.item(max(0, self.currentRow()))
        if item is not None:
            self.setCurrentItem(item)
            item.setSelected(True)
        self.reached.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the writer went."""
        super().focusOutEvent(event)
        self.lost.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by Enter or Space, go to the lists beside by Left and Right."""
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if self.currentRow() >= 0:
                self.chosen.emit(self.currentRow())
            case Qt.Key.Key_Left:
                self.left.emit(-1)
            case Qt.Key.Key_Right:
                self.left.emit(1)
            case _:
                super().keyPressEvent(event)


class SentenceColumns(QScrollArea):
    """Show the parts of several texts; where some are in all of them, the others are underlined."""

    chosen = Signal(object)  # Part

    def __init__(self, names: Sequence[str], texts: Sequence[Sequence[Part]], theme: Theme) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # each text scrolls by itself
        self._texts = texts
        found = unlike(texts)
        self.alike = len(found) < sum(map(len, texts))  # whether any is in all of them
        self._unlike = found if self.alike else set()
        self._theme = theme
        self.lists = [SentenceList(name) for name in names]
        self.number = 0  # of the text that the writer is in, or was in last
        page = QWidget()
        page.setObjectName("page")
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for number, (name, shown) in enumerate(zip(names, self.lists, strict=True)):
            self._fill(shown, texts[number])
            shown.lost.connect(shown.clearSelection)  # it would look as if the writer were in several texts
            shown.chosen.connect(lambda place, number=number: self.chosen.emit(texts[number][place]))
            shown.itemClicked.connect(lambda item, shown=shown: shown.chosen.emit(shown.row(item)))
            shown.reached.connect(lambda number=number: self._on_reached(number))
            shown.left.connect(self._on_left)
            shown.setMinimumSize(_NARROWEST, _LOWEST)
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(_title(name))
            column.addWidget(shown, 1)
            row.addLayout(column, 1)
        self.setWidget(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the text that the writer is in in view."""
        super().resizeEvent(event)
        self.ensureWidgetVisible(self.lists[self.number], 0, 0)

    def go(self, number: int) -> None:
        """Go to a text."""
        shown = self.lists[number]
        shown.setCurrentRow(max(0, shown.currentRow()))
        shown.setFocus()
        self.number = number
        self.ensureWidgetVisible(shown, 0, 0)

    def show_taken(self, taken: Sequence[Part]) -> None:
        """Mark the parts that were taken."""
        chosen = {(part.source, part.number) for part in taken}
        for parts, shown in zip(self._texts, self.lists, strict=True):
            for place, part in enumerate(parts):
                mark = Qt.CheckState.Checked if (part.source, part.number) in chosen else Qt.CheckState.Unchecked
                shown.item(place).setCheckState(mark)

    def _fill(self, shown: SentenceList, parts: Sequence[Part]) -> None:
        chinese = is_chinese("".join(part.text for part in parts))
        for part in parts:
            item = item_of(part.text)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)  # it is checked by being taken
            font = text_font(self.font().pointSizeF() + 1, chinese=chinese)
            if (part.source, part.number) in self._unlike:
                font.setUnderline(True)
                item.setForeground(QColor(self._theme.model_ink))
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, self.tr("not in all variants"))
            item.setFont(font)
            shown.addItem(item)

    @Slot(int)
    def _on_left(self, steps: int) -> None:
        self.go((self.number + steps) % len(self.lists))

    def _on_reached(self, number: int) -> None:
        self.number = number


def _title(name: str) -> QLabel:
    """Return the title of a column, which is no reason to make that wider; nor may it wrap, or the page grows."""
    made = label(name, "section")
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    made.setToolTip(name)
    return made
