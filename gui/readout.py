"""What the window says of the text in view: its words, its outline, and which documents are open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from engine.text.words import count_words
from gui.counting import Count, Counter
from gui.open_document import OpenDocument
from gui.panels.documents import DocumentsPanel
from gui.panels.status_bar import StatusBar
from gui.raw_text import from_document
from gui.timers import after
from gui.workspace import Workspace

_PAUSE = 100  # milliseconds between a move of the caret and its place in the outline
_LONG_SELECTION = 100_000  # characters; longer ones are not counted at every move


class Readout(QObject):
    """Keep status bar and documents panel up to date."""

    counted = Signal(object, int)  # OpenDocument in view, and its words

    def __init__(self, workspace: Workspace, panel: DocumentsPanel, status: StatusBar) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._panel = panel
        self._status = status
        self._words = 0
        self._watched: OpenDocument | None = None
        self._elsewhere: Callable[[OpenDocument], bool] = lambda _opened: False
        self._listed: list[OpenDocument] = []
        self._place_due = after(self, _PAUSE, self._show_place)
        self._counter = Counter(self)
        self._counter.counted.connect(self._on_counted)
        workspace.current_changed.connect(self._on_current)
        workspace.documents_changed.connect(self._show_documents)
        workspace.closing.connect(self._on_closing)
        panel.document_chosen.connect(self._on_document)
        panel.heading_chosen.connect(self._on_heading)

    def leave_out(self, elsewhere: Callable[[OpenDocument], bool]) -> None:
        """List no document of which `elsewhere` says that it is shown in another place."""
        self._elsewhere = elsewhere

    @Slot()
    def refresh(self) -> None:
        """List the documents anew."""
        self._show_documents()

    @Slot(object)
    def _on_counted(self, count: Count) -> None:
        self._words = count.words
        self._panel.show_outline(count.headings)
        self._show_place()
        self._show_words()
        if self._watched is not None:
            self.counted.emit(self._watched, count.words)

    @Slot(object)
    def _on_current(self, opened: OpenDocument) -> None:
        if opened is self._watched:
            return
        self._unwatch()
        self._watched = opened
        opened.editor.selectionChanged.connect(self._show_words)
        opened.editor.cursorPositionChanged.connect(self._place_due.start)
        self._counter.watch(opened.editor.document())

    @Slot(object)
    def _on_closing(self, opened: OpenDocument) -> None:
        if opened is self._watched:
            self._unwatch()

    def _unwatch(self) -> None:
        if self._watched is not None:
            self._counter.watch(None)
            self._watched.editor.selectionChanged.disconnect(self._show_words)
            self._watched.editor.cursorPositionChanged.disconnect(self._place_due.start)
            self._watched = None

    @Slot()
    def _show_place(self) -> None:
        if self._watched is not None:
            self._panel.show_place(self._watched.editor.textCursor().blockNumber())

    @Slot()
    def _show_words(self) -> None:
        cursor = self._workspace.current.editor.textCursor()
        short = 0 < cursor.selectionEnd() - cursor.selectionStart() <= _LONG_SELECTION
        selected = from_document(cursor.selectedText()) if short else ""
        self._status.show_words(self._words, count_words(selected))

    @Slot()
    def _show_documents(self) -> None:
        self._listed = [each for each in self._workspace.documents if not self._elsewhere(each)]
        titles = [
            (f"{each.title} •" if each.modified else each.title, str(each.path or each.title)) for each in self._listed
        ]
        current = self._workspace.current
        self._panel.show_documents(titles, self._listed.index(current) if current in self._listed else -1)

    @Slot(int)
    def _on_document(self, number: int) -> None:
        self._workspace.show_document(self._listed[number])

    @Slot(int)
    def _on_heading(self, block: int) -> None:
        editor = self._workspace.current.editor
        position = editor.document().findBlockByNumber(block).position()
        editor.put_caret(position, position)
        editor.scroll_to_top(position)
        editor.setFocus()
