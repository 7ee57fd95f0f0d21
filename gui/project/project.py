"""The project that is open: its folder, its documents in the writer's order, and what is known of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import EngineError
from engine.paths import data_dir
from engine.projects.folder import Listing
from engine.projects.index import Indexed, delete_index, index_path
from engine.projects.state import ProjectState, change_state
from engine.projects.tree import Node, arrange
from engine.store.library import Library
from gui.panels.message_bar import MessageBar
from gui.project.worker import ProjectWorker

_END_SECONDS = 5.0


class Project(QObject):
    """Hold one project or none. All paths are below its folder, parts joined by "/"."""

    opened = Signal()  # another project, or none
    arranged = Signal()  # there is a new tree in `root`
    counted = Signal()  # more is known of the documents
    complete = Signal()  # all documents are counted and can be searched
    found = Signal(object, object)  # what was searched for, Found

    def __init__(self, messages: MessageBar, library: Library, parent: QObject) -> None:
        super().__init__(parent)
        self._messages = messages
        self._library = library
        self._worker: ProjectWorker | None = None
        self._listing = Listing(())
        self._said = ""  # what was said of the project's own file, not to be said at every look
        self.folder: Path | None = None
        self.state = ProjectState()
        self.root = Node("", is_folder=True)
        self._nodes: dict[str, Node] = {}
        self.documents: dict[str, Indexed] = {}

    def open(self, folder: Path) -> None:
        """Open the project in `folder` in place of the one before; what is in it comes a moment later."""
        self._end()
        self.folder = folder.absolute()
        self._worker = ProjectWorker(self.folder, data_dir(), self._library, self)
        self._worker.listed.connect(self._on_listed)
        self._worker.counted.connect(self._on_counted)
        self._worker.complete.connect(self.complete)
        self._worker.found.connect(self.found)
        self._worker.failed.connect(self._on_failed)
        self._worker.look()
        self.opened.emit()

    def close(self) -> None:
        """Have no project any more, nor its index; its documents stay open."""
        if self.folder is not None:
            index = index_path(data_dir(), self.folder)
            self._end()
            delete_index(index)
            self.opened.emit()
            self.arranged.emit()

    def shutdown(self) -> None:
        """End the thread."""
        self._end()

    def look(self) -> None:
        """See what came and went in the folder."""
        if self._worker is not None:
            self._worker.look()

    def search(self, text: str) -> None:
        """Look for `text`; `found` brings the answer."""
        if self._worker is not None:
            self._worker.search(text, self.root.documents())

    def take_text(self, path: str, text: str) -> None:
        """Take in what an open document holds now."""
        if self._worker is not None:
            self._worker.take_text(path, text)

    def take_notes(self, path: str, notes: str) -> None:
        """Take in the notes on an open document as they are now."""
        if self._worker is not None:
            self._worker.take_notes(path, notes)

    def forget(self, path: str) -> None:
        """Forget what was taken in of a document but for what its file holds."""
        if self._worker is not None:
            self._worker.forget(path)

    def full(self, path: str) -> Path:
        """Return where a document or folder lies."""
        assert self.folder is not None
        return self.folder / path

    def path_of(self, file: PurePath | None) -> str:
        """Return the path of a file below the project, "" where it is none of its documents."""
        if file is None or self.folder is None:
            return ""
        for path, folder in ((file, self.folder), (Path(file).resolve(), self.folder.resolve())):
            if path.is_relative_to(folder):
                found = path.relative_to(folder).as_posix()
                return found if found in self._nodes else ""
        return ""

    def node(self, path: str) -> Node | None:
        """Return the document or folder at `path`, the project itself for ""."""
        return self._nodes.get(path) if path else self.root

    def change(self, change: Callable[[ProjectState], ProjectState]) -> bool:
        """Change the order or what is left out; tell whether it is kept. It holds in the window in any case."""
        assert self.folder is not None
        kept = True
        try:
            self.state = change_state(self.folder, change)
        except EngineError as error:
            self.state, kept = change(self.state), False
            self._messages.warn(str(error))
        self._arrange()
        return kept

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.blockSignals(True)
            worker.stop(_END_SECONDS)
            worker.deleteLater()
        self.folder, self._listing, self._said = None, Listing(()), ""
        self.state, self.documents, self.root = ProjectState(), {}, Node("", is_folder=True)
        self._nodes = {}

    def _arrange(self) -> None:
        self.root = arrange(self._listing.entries, self.state)
        self._nodes = {node.path: node for node in self.root.walk()}
        self.arranged.emit()

    @Slot(object, object, str)
    def _on_listed(self, listing: Listing, state: ProjectState | None, trouble: str) -> None:
        for sentence in (listing.left_out, trouble):
            if sentence and sentence not in self._said:
                self._said += sentence
                self._messages.warn(sentence)
        before, self._listing = self._listing, listing
        state = state if state is not None else self.state
        if not before.entries or state != self.state or _names(listing) != _names(before):
            self.state = state
            self._arrange()

    @Slot(object)
    def _on_counted(self, documents: dict[str, Indexed]) -> None:
        self.documents.update(documents)
        self.counted.emit()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._messages.warn(sentence)


def _names(listing: Listing) -> set[tuple[str, bool]]:
    return {(entry.path, entry.is_folder) for entry in listing.entries}
