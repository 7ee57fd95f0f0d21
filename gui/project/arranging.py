"""What the writer does to a project's documents: make, rename, move, leave out, put into the bin."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from PySide6.QtCore import QFile, QObject, Signal, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from engine.errors import EngineError
from engine.projects.folder import KINDS
from engine.projects.state import ProjectState, split
from engine.projects.tree import placed
from engine.text.documents import Document, write_document
from gui.files import Files
from gui.panels.message_bar import MessageBar
from gui.project.moving import Moving
from gui.project.project import Project

_FORBIDDEN = set('/\\:*?"<>|\0')  # on one system or another, where the folder may be tomorrow


class Arranging(QObject):
    """Change the folder and the order. Every failure becomes a sentence and leaves things as they were."""

    made = Signal(str)  # path of a new document, whose name is still to be chosen

    def __init__(self, window: QWidget, project: Project, files: Files, moving: Moving, messages: MessageBar) -> None:
        super().__init__(window)
        self._window = window
        self._project = project
        self._files = files
        self._moving = moving
        self._messages = messages

    def new_document(self, beside: str) -> None:
        """Make a document behind `beside`, or at its end where that is a folder; its name is edited next."""
        root = self._project.root
        node = self._project.node(beside) or root
        folder = node if node.is_folder else node.parent or root
        name = self._free_name(folder.path)
        path = f"{folder.path}/{name}" if folder.path else name
        try:
            write_document(self._project.full(path), Document(""))
        except EngineError as error:
            self._messages.warn(str(error))
            return
        row = len(folder.children) if node.is_folder else node.row + 1
        names = placed([child.name for child in folder.children], name, row)
        if row < len(folder.children) or folder.path in self._project.state.order:
            self._project.change(lambda state: state.with_order(folder.path, names))
        self._project.look()
        self._files.open(self._project.full(path))
        self.made.emit(path)

    @Slot(str, str)
    def rename(self, path: str, title: str) -> None:
        """Give a document or folder another name; the suffix of a document stays unless `title` has one."""
        node = self._project.node(path)
        if node is None:  # the project was closed while the name was typed
            return
        if _FORBIDDEN & set(title) or title.startswith("."):
            self._messages.warn(
                self.tr('A name cannot begin with a full stop or hold any of / \\ : * ? " < > |: choose another one.')
            )
            return
        suffix = "" if node.is_folder else PurePosixPath(path).suffix
        name = title if not suffix or title.lower().endswith(KINDS) else title + suffix
        folder = split(path)[0]
        new = f"{folder}/{name}" if folder else name
        if new != path and self._move(path, new):
            self._project.change(lambda state: state.renamed(path, new))
            self._project.look()

    @Slot(str, str, int)
    def move(self, path: str, folder: str, row: int) -> None:
        """Put a document or folder in front of what stands at `row` of `folder` now."""
        target = self._project.node(folder)
        if target is None:
            return
        parent, name = split(path)
        names = placed([child.name for child in target.children], name, row)
        new = f"{folder}/{name}" if folder else name
        if parent == folder:
            if names != tuple(child.name for child in target.children):
                self._project.change(lambda state: state.with_order(folder, names))
        elif self._move(path, new):
            self._project.change(lambda state: state.renamed(path, new).with_order(folder, names))
            self._project.look()

    def step(self, path: str, step: int) -> None:
        """Move a document or folder one place up (-1) or down (1) among its neighbours."""
        node = self._project.node(path)
        if node is not None and node.parent is not None and 0 <= node.row + step < len(node.parent.children):
            self.move(path, node.parent.path, node.row + (step if step < 0 else 2))

    def out_of_folder(self, path: str) -> None:
        """Move a document or folder behind the folder that it lies in."""
        node = self._project.node(path)
        if node is not None and node.parent is not None and node.parent.parent is not None:
            self.move(path, node.parent.parent.path, node.parent.row + 1)

    def into_folder(self, path: str) -> None:
        """Move a document or folder to the end of the nearest folder above it, else below it."""
        node = self._project.node(path)
        if node is None or node.parent is None:
            return
        neighbours = node.parent.children
        order = [*reversed(neighbours[: node.row]), *neighbours[node.row + 1 :]]
        target = next((each for each in order if each.is_folder), None)
        if target is not None:
            self.move(path, target.path, len(target.children))

    def new_folder(self, beside: str) -> None:
        """Make a folder behind `beside`; its name is edited next."""
        node = self._project.node(beside)
        parent = node.parent.path if node is not None and node.parent is not None else ""
        path = self._free(parent, self.tr("New part"), "")
        try:
            self._project.full(path).mkdir()
        except OSError as error:
            self._messages.warn(self.tr("The folder was not made ({0}): try another place.").format(error.strerror))
            return
        self._project.look()
        self.made.emit(path)

    def leave_out(self, path: str) -> None:
        """Show a document or folder no longer; its files stay as they are."""
        self._project.change(lambda state: ProjectState(state.order, state.left_out | {path}, state.other))
        self._messages.warn(
            self.tr("{0} is left out of the project; the file stays as it is.").format(split(path)[1]),
            self.tr("Undo"),
            lambda: self._bring_back(frozenset({path})),
        )

    def bring_back_all(self) -> None:
        """Show again everything that was left out."""
        self._bring_back(self._project.state.left_out)

    def to_bin(self, path: str) -> None:
        """Put a document or folder into the system's bin, after asking."""
        node = self._project.node(path)
        if node is None or not self._moving.is_free(path) or not self._sure(split(path)[1], len(node.documents())):
            return
        if not self._moving.close_documents(path):
            return
        if not QFile.moveToTrash(os.fspath(self._project.full(path))):
            self._messages.warn(
                self.tr("{0} could not be put into the bin: leave it out of the project instead.").format(path)
            )
        self._project.look()

    def _bring_back(self, paths: frozenset[str]) -> None:
        self._project.change(lambda state: ProjectState(state.order, state.left_out - paths, state.other))

    def _move(self, path: str, new: str) -> bool:
        try:
            self._moving.move(path, new)
        except EngineError as error:
            self._messages.warn(str(error))
            return False
        return True

    def _free_name(self, folder: str) -> str:
        return split(self._free(folder, self.tr("New chapter"), ".md"))[1]

    def _free(self, folder: str, name: str, suffix: str) -> str:
        """Return a path in `folder` that nothing has."""
        number = 1
        while True:
            tail = f"{name} {number}{suffix}" if number > 1 else f"{name}{suffix}"
            path = f"{folder}/{tail}" if folder else tail
            if not os.path.lexists(self._project.full(path)):
                return path
            number += 1

    def _sure(self, name: str, documents: int) -> bool:
        box = QMessageBox(self._window)
        box.setWindowTitle("Penwright")
        box.setText(self.tr("Put {0} into the bin?").format(name))
        box.setInformativeText(
            self.tr("The folder goes with everything in it ({0} texts).").format(documents)
            if documents > 1 or not Path(name).suffix
            else self.tr(
                "The file can be brought back from there. To keep it where it is, leave it out of the project."
            )
        )
        go = box.addButton(self.tr("Put into the bin"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is go
