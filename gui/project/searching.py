"""Search in a project: what is typed is looked for in every document and its notes as they are now, saved or not."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.projects.index import Found, Hit
from engine.projects.query import Query
from gui.files import Files
from gui.journals import Journals
from gui.open_document import OpenDocument
from gui.project.noting import Noting
from gui.project.project import Project
from gui.project.search_pane import SearchPane
from gui.raw_text import PlainText
from gui.timers import after
from gui.workspace import Workspace

_PAUSE = 120  # milliseconds between the last key and the search
_NEAR = 5_000  # characters around the place where a match was, in which it may be by now


class Searching(QObject):
    """Connect the search pane with the project's index, and lead to what was found."""

    led_to_notes = Signal(int, int)  # the offsets of a match in the notes on the document that is now in view

    def __init__(
        self,
        project: Project,
        pane: SearchPane,
        workspace: Workspace,
        files: Files,
        journals: Journals,
        noting: Noting,
    ) -> None:
        super().__init__(project)
        self._project = project
        self._pane = pane
        self._workspace = workspace
        self._files = files
        self._journals = journals
        self._noting = noting
        self._taken: dict[OpenDocument, tuple[str, int]] = {}  # the path and revision of each text in the index
        self._taken_notes: dict[OpenDocument, tuple[str, str]] = {}  # the path and notes of each
        self._pause = after(self, _PAUSE, self.search)
        pane.typed.connect(self._pause.start)
        pane.chosen.connect(self.go_to)
        project.found.connect(self._on_found)
        project.complete.connect(self._on_complete)
        project.opened.connect(self._on_opened)
        journals.state_changed.connect(self._on_state)
        journals.forgotten.connect(self._forget)
        workspace.about_to_close.connect(self._on_about_to_close)

    @Slot()
    def search(self) -> None:
        """Look for what stands in the field."""
        text = self._pane.text
        if Query(text).empty:
            self._pane.show_nothing()
            return
        self._take_open_texts()
        self._project.search(text)

    @Slot(object)
    def go_to(self, hit: Hit) -> None:
        """Open the document of a hit and select the match, wherever it is by now."""
        if not self._files.open(self._project.full(hit.path)):
            return
        if hit.in_notes:
            self.led_to_notes.emit(*self._place_of(hit, self._noting.of(self._workspace.current)))
            return
        editor = self._workspace.current.editor
        plain = PlainText(editor.raw_text())
        start, end = self._place_of(hit, plain.text)
        editor.select_span(plain.position(start), plain.position(end))
        editor.setFocus()

    def _place_of(self, hit: Hit, text: str) -> tuple[int, int]:
        """Return where the match nearest to a hit is in the text as it is by now."""
        around = max(0, hit.start - _NEAR)
        spans = Query(self._pane.text).spans(text[around : hit.end + _NEAR])
        places = [(around + start, around + end) for start, end in spans]
        start, end = min(places, key=lambda span: abs(span[0] - hit.start), default=(hit.start, hit.end))
        return min(start, len(text)), min(end, len(text))

    def _take_open_texts(self) -> None:
        for opened in self._workspace.documents:
            self._take(opened)
            self._take_notes(opened)

    def _take(self, opened: OpenDocument) -> None:
        """Have the index hold an open text where it differs from its file, unless it is private."""
        path = self._project.path_of(opened.path)
        now = path, opened.editor.document().revision()
        if not path or self._taken.get(opened) == now or self._journals.is_private(opened):
            return
        known = self._project.documents.get(path)
        if opened.modified or opened in self._taken or (known is not None and known.problem):
            self._project.take_text(path, opened.editor.text())
            self._taken[opened] = now

    def _take_notes(self, opened: OpenDocument) -> None:
        """Have the index hold the notes on an open document, none where it is private."""
        path = self._project.path_of(opened.path)
        now = path, "" if self._journals.is_private(opened) else self._noting.of(opened)
        if path and not opened.read_only and self._taken_notes.get(opened) != now:
            self._project.take_notes(*now)
        self._taken_notes[opened] = now

    @Slot(object, object)
    def _on_found(self, text: str, found: Found) -> None:
        if text == self._pane.text:
            self._pane.show_found(found)

    @Slot()
    def _on_complete(self) -> None:
        if self._pane.isVisible():
            self.search()

    @Slot()
    def _on_opened(self) -> None:
        self._taken.clear()
        self._taken_notes.clear()
        self._pane.set_ready(self._project.folder is not None)

    @Slot()
    def _on_state(self) -> None:
        for opened in self._workspace.documents:
            taken = opened in self._taken or self._taken_notes.get(opened, ("", ""))[1]
            if taken and self._journals.is_private(opened):
                self._forget(opened.path)

    @Slot(object)
    def _forget(self, file: Path | None) -> None:
        """Have the index hold nothing that only a history held, or shall not hold any more."""
        path = self._project.path_of(file)
        if path:
            self._project.forget(path)
            self._taken = {opened: taken for opened, taken in self._taken.items() if taken[0] != path}
            self._taken_notes = {opened: taken for opened, taken in self._taken_notes.items() if taken[0] != path}

    @Slot(object)
    def _on_about_to_close(self, opened: OpenDocument) -> None:
        self._take(opened)  # what was not saved is kept, and found
        self._take_notes(opened)
        self._taken.pop(opened, None)
        self._taken_notes.pop(opened, None)
