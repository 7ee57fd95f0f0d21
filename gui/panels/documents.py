"""The left panel: which documents are open, and the outline of the one in view."""

from __future__ import annotations

import bisect
import itertools

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QTreeWidget, QTreeWidgetItem, QWidget

from engine.projects.outline import Heading
from gui.panels.widgets import column, label

_MOST_ROWS = 10  # more are scrolled


class DocumentsPanel(QWidget):
    """List the open documents and the headings of the current one."""

    document_chosen = Signal(int)
    heading_chosen = Signal(int)  # block number

    def __init__(self) -> None:
        super().__init__()
        self._documents = QListWidget()
        self._documents.setAccessibleName(self.tr("Documents"))
        self._documents.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._documents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._outline = QTreeWidget()
        self._outline.setAccessibleName(self.tr("Outline"))
        self._outline.setHeaderHidden(True)
        self._outline.setIndentation(14)
        self._outline.setRootIsDecorated(False)
        self._hint = label(self.tr("Headings (# Chapter one) appear here."), "quiet", wraps=True)
        self._headings: list[Heading] = []
        self._rounds: list[QWidget] = []  # where Tab goes, one after the other
        self._items: list[QTreeWidgetItem] = []
        self._heading = label(self.tr("Documents"), "section")
        layout = self._layout = column(self, 4)
        layout.setContentsMargins(10, 12, 8, 8)
        layout.addWidget(self._heading)
        layout.addWidget(self._documents)
        layout.addSpacing(10)
        layout.addWidget(label(self.tr("Outline"), "section"))
        layout.addWidget(self._hint)
        layout.addWidget(self._outline, 2)
        self._documents.currentRowChanged.connect(self._on_row)
        self._outline.itemClicked.connect(self._on_heading)
        self._outline.itemActivated.connect(self._on_heading)

    @property
    def titles(self) -> list[str]:
        """Return the documents as listed."""
        return [self._documents.item(row).text() for row in range(self._documents.count())]

    @property
    def outline(self) -> list[Heading]:
        """Return the headings as listed."""
        return list(self._headings)

    def add_above(self, widget: QWidget, field: QWidget) -> None:
        """Put `widget` above the documents, where it has most of the room while shown; the keys go to its `field`."""
        self._layout.insertWidget(0, widget, 3)
        self.setFocusProxy(field)
        self._rounds = [field, self._documents, self._outline]

    def showEvent(self, event: QShowEvent) -> None:
        """Have Tab go round here from the top: until all parts of the window are made, others get in between."""
        super().showEvent(event)
        for one, other in itertools.pairwise(self._rounds):
            self.setTabOrder(one, other)

    def focus_outline(self) -> None:
        """Go to the headings."""
        self._outline.setFocus()
        first = self._outline.topLevelItem(0)
        if self._outline.currentItem() is None and first is not None:
            self._outline.setCurrentItem(first)

    def show_documents(self, titles: list[tuple[str, str]], current: int) -> None:
        """List documents as (title, tip)."""
        self._documents.blockSignals(True)
        self._documents.clear()
        for title, tip in titles:
            item = QListWidgetItem(title)
            item.setToolTip(tip)
            self._documents.addItem(item)
        self._documents.setCurrentRow(current)
        self._heading.setVisible(bool(titles))
        self._documents.setVisible(bool(titles))
        rows = min(_MOST_ROWS, len(titles))
        self._documents.setFixedHeight(rows * self._documents.sizeHintForRow(0) + 4)
        self._documents.blockSignals(False)

    def show_outline(self, headings: list[Heading]) -> None:
        """List headings, the lower under the higher; where only their lines moved, nothing is built anew."""
        if headings == self._headings:
            return
        same = [(each.level, each.title) for each in headings] == [(each.level, each.title) for each in self._headings]
        self._headings = headings
        if not same:
            self._build_outline()

    def show_place(self, line: int) -> None:
        """Show below which heading the caret stands, unless the writer walks the outline himself."""
        place = bisect.bisect_right([heading.line for heading in self._headings], line) - 1
        if self._outline.hasFocus() or place >= len(self._items):
            return
        if place < 0:
            self._outline.setCurrentIndex(QModelIndex())
        elif self._outline.currentItem() is not self._items[place]:
            self._outline.setCurrentItem(self._items[place])

    def _build_outline(self) -> None:
        self._outline.clear()
        self._items = []
        self._hint.setVisible(not self._headings)
        parents: list[tuple[int, QTreeWidgetItem]] = [(0, self._outline.invisibleRootItem())]
        for number, heading in enumerate(self._headings):
            while parents[-1][0] >= heading.level:
                parents.pop()
            item = QTreeWidgetItem([heading.title])
            item.setToolTip(0, heading.title)
            item.setData(0, Qt.ItemDataRole.UserRole, number)
            parents[-1][1].addChild(item)
            parents.append((heading.level, item))
            self._items.append(item)
        self._outline.expandAll()

    @Slot(int)
    def _on_row(self, row: int) -> None:
        if row >= 0:
            self.document_chosen.emit(row)

    @Slot(QTreeWidgetItem)
    def _on_heading(self, item: QTreeWidgetItem) -> None:
        self.heading_chosen.emit(self._headings[item.data(0, Qt.ItemDataRole.UserRole)].line)
