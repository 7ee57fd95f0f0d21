"""The left panel: which documents are open, and the outline of the one in view."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
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

    def add_above(self, widget: QWidget) -> None:
        """Put `widget` above the documents, where it takes most of the room while it is shown."""
        self._layout.insertWidget(0, widget, 3)

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
        """List headings, the lower under the higher."""
        if headings == self._headings:
            return
        self._headings = headings
        self._outline.clear()
        self._hint.setVisible(not headings)
        parents: list[tuple[int, QTreeWidgetItem]] = [(0, self._outline.invisibleRootItem())]
        for heading in headings:
            while parents[-1][0] >= heading.level:
                parents.pop()
            item = QTreeWidgetItem([heading.title])
            item.setData(0, Qt.ItemDataRole.UserRole, heading.line)
            item.setToolTip(0, heading.title)
            parents[-1][1].addChild(item)
            parents.append((heading.level, item))
        self._outline.expandAll()

    @Slot(int)
    def _on_row(self, row: int) -> None:
        if row >= 0:
            self.document_chosen.emit(row)

    @Slot(QTreeWidgetItem)
    def _on_heading(self, item: QTreeWidgetItem) -> None:
        self.heading_chosen.emit(item.data(0, Qt.ItemDataRole.UserRole))
