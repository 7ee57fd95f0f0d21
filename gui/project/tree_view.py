"""The tree of a project: opened by a click or Enter, arranged by dragging or by keys."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QMenu,
    QTreeView,
    QWidget,
)

from gui.project.tree_model import TreeModel

_MARGIN = 6  # pixels


class ProjectTree(QTreeView):
    """Show the tree, and keep through every change which folders are open and which row is current."""

    open_asked = Signal(str)  # path of a document
    trash_asked = Signal(str)
    named = Signal()  # what was just made has its name

    def __init__(self) -> None:
        super().__init__()
        self.tree = TreeModel()
        self.menu = QMenu(self)
        self._closed: set[str] = set()  # folders that the writer folded
        self.setModel(self.tree)
        self.setObjectName("project")
        self.setAccessibleName(self.tr("Project"))
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)  # its model takes nothing from elsewhere
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        self.setAutoExpandDelay(600)
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(20)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        # As wide as the longest number is known to be: to look at every row took seconds while they were counted.
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.activated.connect(self._on_activated)
        self.clicked.connect(self._on_activated)
        self.collapsed.connect(lambda index: self._closed.add(self.tree.node(index).path))
        self.expanded.connect(lambda index: self._closed.discard(self.tree.node(index).path))
        self.tree.modelAboutToBeReset.connect(self._on_about_to_reset)
        self.tree.modelReset.connect(self._on_reset)
        self._current = ""
        self._is_new = False

    @property
    def path(self) -> str:
        """Return the path of the current row, "" where there is none."""
        index = self.currentIndex()
        return self.tree.node(index).path if index.isValid() else ""

    @property
    def rows(self) -> list[str]:
        """Return what is in view or could be scrolled there, from top to bottom."""
        found = []
        index = self.tree.index(0, 0)
        while index.isValid():
            found.append(index.data())
            index = self.indexBelow(index)
        return found

    def show_path(self, path: str) -> None:
        """Make the row of `path` the current one, in view."""
        index = self.tree.index_of(path)
        if index.isValid() and path != self.path:
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def make_room_for(self, number: str) -> None:
        """Make the column of numbers wide enough for `number`."""
        width = self.fontMetrics().horizontalAdvance(number) + 2 * _MARGIN
        if width != self.header().sectionSize(1):
            self.header().resizeSection(1, width)

    def edit_name(self, path: str, *, is_new: bool = False) -> None:
        """Let the writer type another name for `path`; once that is done for a new one, `named` says so."""
        index = self.tree.index_of(path)
        if index.isValid():
            self.show_path(path)
            self.setFocus()
            self._is_new = is_new
            self.edit(index)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Say so when what was just made has its name."""
        super().closeEditor(editor, hint)
        if self._is_new:
            self._is_new = False
            self.named.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for the bin by Delete."""
        if event.key() == Qt.Key.Key_Delete and self.path:
            self.trash_asked.emit(self.path)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the row under the pointer, or the current one."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
            if index.isValid():
                self.setCurrentIndex(index)
        self.menu.exec(event.globalPos())

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        node = self.tree.node(index)
        if not node.is_folder:
            self.open_asked.emit(node.path)

    @Slot()
    def _on_about_to_reset(self) -> None:
        self._current = self.path or self._current

    @Slot()
    def _on_reset(self) -> None:
        self.blockSignals(True)  # what was folded by the writer is not what a new tree folds
        self.expandAll()
        for path in self._closed:
            index = self.tree.index_of(path)
            if index.isValid():
                self.collapse(index)
        self.blockSignals(False)
        self.show_path(self._current)
