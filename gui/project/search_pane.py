"""The search pane: a field, and below it what was found, by document."""

from __future__ import annotations

import itertools
from pathlib import PurePosixPath

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget

from engine.projects.index import Found, Hit
from gui.panels.widgets import column, label
from gui.project.snippets import COUNT, SPANS, SnippetDelegate

_HIT = Qt.ItemDataRole.UserRole


class SearchPane(QWidget):
    """Search all documents of the project and their notes; Down goes to the hits, Enter to the place."""

    typed = Signal()
    chosen = Signal(object)  # Hit

    def __init__(self, found_colour: QColor) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Search the project"))
        self.field = _Field()
        self.field.setPlaceholderText(self.tr('Words, or "a phrase"'))
        self.field.setAccessibleName(self.tr("Search for"))
        self.field.setClearButtonEnabled(True)
        self._state = label("", "quiet", wraps=True)
        self.hits = _Hits()
        self.hits.setAccessibleName(self.tr("Found"))
        self.hits.setHeaderHidden(True)
        self.hits.setRootIsDecorated(False)
        self.hits.setIndentation(0)
        self.hits.setFrameShape(QFrame.Shape.NoFrame)
        self.hits.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._delegate = SnippetDelegate(self.hits, found_colour)
        self.hits.setItemDelegate(self._delegate)
        layout = column(self, 8)
        layout.setContentsMargins(16, 4, 10, 8)
        layout.addWidget(self.field)
        layout.addWidget(self._state)
        layout.addWidget(self.hits, 1)
        self.field.textChanged.connect(self.typed)
        self.field.down.connect(self._on_down)
        self.field.returnPressed.connect(self._on_return)
        self.hits.led_on.connect(self._on_item)
        self.set_ready(False)

    @property
    def text(self) -> str:
        """Return what is searched for."""
        return self.field.text()

    @property
    def state(self) -> str:
        """Return what is said of the search."""
        return self._state.text()

    @property
    def lines(self) -> list[str]:
        """Return the documents and hits as listed."""
        return [item.text(0) for group in self._groups for item in (group, *_children(group))]

    def set_ready(self, ready: bool) -> None:
        """Let the writer search, or say what that needs."""
        self.field.setEnabled(ready)
        self.show_nothing()
        if not ready:
            self._say(self.tr("Open a project folder (File menu) to search all of its documents."))

    def set_colour(self, colour: QColor) -> None:
        """Show matches on `colour`."""
        self._delegate.set_colour(colour)

    def show_nothing(self) -> None:
        """Show that nothing is searched for."""
        self._clear()
        self._say("")

    def show_found(self, found: Found) -> None:
        """List the hits under their documents."""
        self._clear()
        for path, hits in itertools.groupby(found.hits, key=lambda hit: hit.path):
            self._groups.append(self._group(path, found.by_document[path], list(hits)))
        self.hits.addTopLevelItems(self._groups)
        self.hits.expandAll()
        self._say(self._sentence(found))

    def _clear(self) -> None:
        self._groups: list[QTreeWidgetItem] = []
        self.hits.clear()

    def _group(self, path: str, count: int, hits: list[Hit]) -> QTreeWidgetItem:
        group = QTreeWidgetItem([PurePosixPath(path).stem])
        group.setToolTip(0, path)
        group.setData(0, COUNT, count)
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        for hit in hits:
            mark = self.tr("Notes: ") if hit.in_notes else ""
            item = QTreeWidgetItem([mark + hit.snippet.text])
            item.setData(0, _HIT, hit)
            item.setData(0, SPANS, tuple((start + len(mark), end + len(mark)) for start, end in hit.snippet.spans))
            group.addChild(item)
        return group

    def _sentence(self, found: Found) -> str:
        if not found.total:
            return self.tr("Nothing found.")
        places = self.tr("1 place") if found.total == 1 else self.tr("{0} places").format(f"{found.total:,}")
        texts = len(found.by_document)
        where = self.tr("1 document") if texts == 1 else self.tr("{0} documents").format(f"{texts:,}")
        sentence = self.tr("{0} in {1}").format(places, where)
        if found.total > len(found.hits):
            return self.tr("{0}, the first {1} shown").format(sentence, len(found.hits))
        return sentence

    def _say(self, sentence: str) -> None:
        self._state.setText(sentence)
        self._state.setVisible(bool(sentence))

    @Slot()
    def _on_down(self) -> None:
        if self._groups:
            self.hits.setFocus()
            self.hits.setCurrentItem(_children(self._groups[0])[0])

    @Slot()
    def _on_return(self) -> None:
        if self._groups:
            self._on_item(_children(self._groups[0])[0])

    @Slot(QTreeWidgetItem)
    def _on_item(self, item: QTreeWidgetItem) -> None:
        hit = item.data(0, _HIT)
        if hit is not None:
            self.chosen.emit(hit)


def _children(group: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    children = (group.child(row) for row in range(group.childCount()))
    return [child for child in children if child is not None]


class _Field(QLineEdit):
    """A line from which Down leads on."""

    down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
            return
        super().keyPressEvent(event)


class _Hits(QTreeWidget):
    """Lines that lead on by one click, of which a second is no other, or by Enter."""

    led_on = Signal(QTreeWidgetItem)

    def __init__(self) -> None:
        super().__init__()
        self.itemClicked.connect(self.led_on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()  # a text may take another line now, or one less

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if item is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.led_on.emit(item)
            return
        super().keyPressEvent(event)
