"""Going from document to document of a project: what the tree shows of those that are open, and the way to the next."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from engine.projects.tree import neighbour
from gui.open_document import OpenDocument
from gui.parts import Parts
from gui.project.panel import ProjectPanel
from gui.project.project import Project
from gui.timers import after

_PAUSE = 100  # milliseconds between two looks at the words of a project that is being counted


class Walking(QObject):
    """Keep tree and workspace together."""

    def __init__(self, project: Project, panel: ProjectPanel, parts: Parts) -> None:
        super().__init__(project)
        self._project = project
        self._panel = panel
        self._parts = parts
        self._live: dict[OpenDocument, int] = {}  # words of documents that are open, as they are now
        self._complete = False
        self._named_next = ""
        project.opened.connect(self._on_opened)
        project.arranged.connect(self._on_arranged)
        self._words_due = after(self, _PAUSE, self._show_words)
        project.counted.connect(self._on_project_counted)
        project.complete.connect(self._on_complete)
        panel.tree.open_asked.connect(self.open)
        parts.workspace.current_changed.connect(self._on_current)
        parts.workspace.documents_changed.connect(self._show_open)
        parts.workspace.closing.connect(self._on_closing)
        parts.files.saved.connect(self._on_saved)
        parts.readout.counted.connect(self._on_counted)
        parts.readout.leave_out(lambda opened: bool(project.path_of(opened.path)))

    @Slot(str)
    def open(self, path: str) -> None:
        """Open a document as any other file is opened."""
        self._parts.files.open(self._project.full(path))

    def step(self, step: int) -> None:
        """Open the next document of the project, or the one before."""
        here = self._project.path_of(self._parts.workspace.current.path)
        path = neighbour(self._project.root, here, step)
        if path:
            self.open(path)

    @Slot(str)
    def name_next(self, path: str) -> None:
        """Let the writer name what was just made, as soon as it is in the tree."""
        self._named_next = path
        self._try_naming()

    @property
    def words(self) -> int:
        """Return the words of the project, as far as they are known."""
        known = (self._panel.tree.tree.words(path) for path in self._project.root.documents())
        return sum(words or 0 for words in known)

    def _try_naming(self) -> None:
        if self._named_next and self._project.node(self._named_next) is not None:
            path, self._named_next = self._named_next, ""
            self._panel.tree.edit_name(path, is_new=True)

    @Slot()
    def _on_opened(self) -> None:
        self._complete = False
        self._panel.tree.tree.show_tree(self._project.root)
        self._parts.readout.refresh()

    @Slot()
    def _on_arranged(self) -> None:
        self._panel.tree.tree.show_tree(self._project.root)
        self._panel.show_empty(not self._project.root.children)
        self._on_current(self._parts.workspace.current)
        self._show_words()
        self._show_open()
        self._parts.readout.refresh()
        self._try_naming()

    @Slot()
    def _on_complete(self) -> None:
        self._complete = True
        self._show_words()

    @Slot(object)
    def _on_current(self, opened: OpenDocument) -> None:
        self._panel.tree.show_path(self._project.path_of(opened.path))

    @Slot()
    def _on_project_counted(self) -> None:
        if not self._words_due.isActive():
            self._words_due.start()

    @Slot(object, int)
    def _on_counted(self, opened: OpenDocument, words: int) -> None:
        if self._live.get(opened) != words:
            self._live[opened] = words
            self._show_words()

    @Slot(object)
    def _on_closing(self, opened: OpenDocument) -> None:
        self._live.pop(opened, None)

    @Slot(object)
    def _on_saved(self, _opened: OpenDocument) -> None:
        self._project.look()

    @Slot()
    def _show_words(self) -> None:
        live = {self._project.path_of(opened.path): words for opened, words in self._live.items()}
        self._panel.tree.tree.show_words(self._project.documents, live)
        self._panel.show_words(self.words, complete=self._complete)

    @Slot()
    def _show_open(self) -> None:
        modified = (self._project.path_of(each.path) for each in self._parts.workspace.documents if each.modified)
        self._panel.tree.tree.show_unsaved(frozenset(path for path in modified if path))
