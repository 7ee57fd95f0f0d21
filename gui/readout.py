"""What the window says of the text in view: its words, its outline, its title, whether it is saved."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Slot

from gui.open_document import OpenDocument, count_words
from gui.panels.documents import DocumentsPanel
from gui.panels.status_bar import StatusBar
from gui.raw_text import from_document
from gui.workspace import Workspace

_PAUSE = 300  # milliseconds without an edit


class Readout(QObject):
    """Keep status bar and documents panel up to date, counting only when the writer pauses."""

    def __init__(self, workspace: Workspace, panel: DocumentsPanel, status: StatusBar) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._panel = panel
        self._status = status
        self._total = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self.refresh)
        self._watched: OpenDocument | None = None
        workspace.current_changed.connect(self._on_current)
        workspace.documents_changed.connect(self._show_documents)
        workspace.closing.connect(self._on_closing)
        panel.document_chosen.connect(workspace.show_number)
        panel.heading_chosen.connect(self._on_heading)

    @Slot()
    def refresh(self) -> None:
        """Count and outline anew."""
        started = time.perf_counter()
        opened = self._workspace.current
        self._total = count_words(opened.editor.text())
        self._panel.show_outline(opened.headings())
        self._show_words()
        # A long text is counted more rarely, so that counting never takes more than a tenth of the time.
        self._timer.setInterval(max(_PAUSE, round(10_000 * (time.perf_counter() - started))))

    @Slot(object)
    def _on_current(self, opened: OpenDocument) -> None:
        if self._watched is not None and self._watched is not opened:
            self._unwatch(self._watched)
        if self._watched is not opened:
            self._watched = opened
            opened.editor.edited.connect(self._timer.start)
            opened.editor.selectionChanged.connect(self._show_words)
        self._timer.setInterval(_PAUSE)
        self.refresh()

    @Slot(object)
    def _on_closing(self, opened: OpenDocument) -> None:
        if opened is self._watched:
            self._unwatch(opened)
            self._watched = None

    def _unwatch(self, opened: OpenDocument) -> None:
        opened.editor.edited.disconnect(self._timer.start)
        opened.editor.selectionChanged.disconnect(self._show_words)

    @Slot()
    def _show_words(self) -> None:
        selected = self._workspace.current.editor.textCursor().selectedText()
        self._status.show_words(self._total, count_words(from_document(selected)) if selected else 0)

    @Slot()
    def _show_documents(self) -> None:
        titles = [
            (f"{each.title} •" if each.modified else each.title, str(each.path or each.title))
            for each in self._workspace.documents
        ]
        self._panel.show_documents(titles, self._workspace.currentIndex())

    @Slot(int)
    def _on_heading(self, block: int) -> None:
        editor = self._workspace.current.editor
        position = editor.document().findBlockByNumber(block).position()
        editor.put_caret(position, position)
        editor.scroll_to_top(position)
        editor.setFocus()
