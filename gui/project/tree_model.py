"""The documents of a project as a model for a tree view: names, words, and what may be dragged where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from engine.projects.folder import KINDS
from engine.projects.index import Indexed
from engine.projects.tree import Node

_Index = QModelIndex | QPersistentModelIndex
_KIND = "application/x-penwright-project-path"
_ROLE = Qt.ItemDataRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class TreeModel(QAbstractItemModel):
    """Show `Node`s in two columns. What the writer does by it is only asked for: whoever holds the project decides."""

    move_asked = Signal(str, str, int)  # path, folder, row there
    rename_asked = Signal(str, str)  # path, the new name without its suffix

    def __init__(self) -> None:
        super().__init__()
        self._root = Node("", is_folder=True)
        self._documents: dict[str, Indexed] = {}
        self._live: dict[str, int] = {}
        self._unsaved: frozenset[str] = frozenset()
        self._quiet = QColor()
        self._titles: dict[str, str] = {}
        self._nodes: dict[str, Node] = {}

    def show_tree(self, root: Node) -> None:
        """Show another tree."""
        self.beginResetModel()
        self._root = root
        self._titles = {}
        self._nodes = {node.path: node for node in root.walk()}
        for folder in (root, *(node for node in root.walk() if node.is_folder)):
            self._titles.update(_titles(folder))
        self.endResetModel()

    def show_words(self, documents: dict[str, Indexed], live: dict[str, int]) -> None:
        """Show how long the documents are; `live` are the words of those being written."""
        self._documents, self._live = documents, live
        self._refresh_numbers()

    def show_unsaved(self, paths: frozenset[str]) -> None:
        """Mark the documents that hold something to save."""
        changed, self._unsaved = paths ^ self._unsaved, paths
        for path in changed:
            index = self.index_of(path)
            self.dataChanged.emit(index, index)

    def set_quiet(self, colour: QColor) -> None:
        """Show numbers in `colour`."""
        self._quiet = colour
        self._refresh_numbers()

    def node(self, index: _Index) -> Node:
        """Return what stands at `index`, the project itself where that is nowhere."""
        return index.internalPointer() if index.isValid() else self._root

    def index_of(self, path: str) -> QModelIndex:
        """Return where `path` stands."""
        node = self._nodes.get(path)
        return self.createIndex(node.row, 0, node) if node is not None else QModelIndex()

    def words(self, path: str) -> int | None:
        """Return the words of a document, None while they are not known."""
        if path in self._live:
            return self._live[path]
        known = self._documents.get(path)
        return known.words if known is not None and not known.problem else None

    def index(self, row: int, column: int, parent: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Return the index of a child."""
        children = self.node(parent).children
        if 0 <= row < len(children) and 0 <= column < 2:
            return self.createIndex(row, column, children[row])
        return QModelIndex()

    def parent(self, index: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008  # pyright: ignore
        """Return the index of the folder."""
        node = self.node(index).parent
        return self.createIndex(node.row, 0, node) if node is not None and node.path else QModelIndex()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of children."""
        return len(self.node(parent).children) if parent.column() <= 0 else 0

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: ARG002, B008
        """Return two: name and words."""
        return 2

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        """Return what a view shows of a document or folder."""
        if not index.isValid():
            return None
        node = self.node(index)
        if index.column() == 1:
            return self._number(node, role)
        match role:
            case _ROLE.DisplayRole | _ROLE.AccessibleTextRole:
                return f"{self._titles[node.path]} •" if node.path in self._unsaved else self._titles[node.path]
            case _ROLE.EditRole:
                return self._titles[node.path]
            case _ROLE.ToolTipRole:
                known = self._documents.get(node.path)
                return known.problem if known is not None and known.problem else node.path
        return None

    def setData(self, index: _Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        """Ask for another name."""
        name = str(value).strip()
        if role != _ROLE.EditRole or not name or name == self._titles[self.node(index).path]:
            return False
        self.rename_asked.emit(self.node(index).path, name)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Tell what can be done: everything is dragged, and dropped between others or into a folder."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        if index.column() == 0:
            flags |= Qt.ItemFlag.ItemIsEditable
        if self.node(index).is_folder:
            flags |= Qt.ItemFlag.ItemIsDropEnabled
        return flags

    def supportedDropActions(self) -> Qt.DropAction:
        """Return that things are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Return the kind of what is dragged, which means nothing elsewhere."""
        return [_KIND]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the path of what is dragged."""
        data = QMimeData()
        data.setData(_KIND, self.node(indexes[0]).path.encode("utf-8", "surrogatepass"))
        return data

    def canDropMimeData(self, data: QMimeData, _action: Qt.DropAction, _row: int, _column: int, parent: _Index) -> bool:
        """Tell whether what is dragged may go there: no folder into itself."""
        node = self._dragged(data)
        target: Node | None = self.node(parent)
        while target is not None and target is not node:
            target = target.parent
        return node is not None and target is None and self.node(parent).is_folder

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: _Index) -> bool:
        """Ask for the move, which takes the row from where it was, too."""
        node = self._dragged(data)
        if node is None or not self.canDropMimeData(data, action, row, column, parent):
            return False
        folder = self.node(parent)
        self.move_asked.emit(node.path, folder.path, row if row >= 0 else len(folder.children))
        return True

    def _dragged(self, data: QMimeData) -> Node | None:
        if not data.hasFormat(_KIND):
            return None
        return self._nodes.get(bytes(data.data(_KIND).data()).decode("utf-8", "surrogatepass"))

    def _number(self, node: Node, role: int) -> Any:
        match role:
            case _ROLE.DisplayRole:
                counts = [self.words(path) for path in (node.documents() if node.is_folder else [node.path])]
                return f"{sum(count or 0 for count in counts):,}" if any(count is not None for count in counts) else ""
            case _ROLE.TextAlignmentRole:
                return _RIGHT
            case _ROLE.ForegroundRole:
                return self._quiet
        return None

    def _refresh_numbers(self) -> None:
        """Have the numbers drawn anew; whatever is said to have changed would lose a name that is being typed."""
        for folder in (self._root, *self._nodes.values()):
            if folder.children:
                last = len(folder.children) - 1
                first = self.createIndex(0, 1, folder.children[0])
                self.dataChanged.emit(first, self.createIndex(last, 1, folder.children[last]))


def _titles(folder: Node) -> dict[str, str]:
    """Return what the children are called: without their suffix, unless two would then be called the same."""
    stems = Counter(_stem(node) for node in folder.children)
    return {node.path: _stem(node) if stems[_stem(node)] == 1 else node.name for node in folder.children}


def _stem(node: Node) -> str:
    path = PurePosixPath(node.name)
    return path.stem if not node.is_folder and path.suffix.lower() in KINDS else node.name
