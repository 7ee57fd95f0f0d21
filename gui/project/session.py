"""How many words were written since the window was opened, against a goal the writer sets."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from engine.store.edits import Origin
from engine.text.words import count_words
from gui.open_document import OpenDocument
from gui.readout import Readout
from gui.workspace import Workspace


@dataclass
class _Written:
    """A document's words when it was opened, and now."""

    before: int
    now: int
    elsewhere: bool = False  # whether the next difference comes from another program


class Session(QObject):
    """Count the words by which the documents grew: typed, pasted and accepted ones, less those taken out.

    A model's text counts once the writer has accepted or edited it, what another program did to a file never.
    """

    changed = Signal(int)  # words written

    def __init__(self, workspace: Workspace, readout: Readout) -> None:
        super().__init__(workspace)
        self._open: dict[OpenDocument, _Written] = {}
        self._closed = 0  # words written in documents that were closed since
        readout.counted.connect(self._on_counted)
        workspace.document_added.connect(self._on_added)
        workspace.closing.connect(self._on_closing)

    @property
    def words(self) -> int:
        """Return the words written, 0 where more were taken out."""
        return max(0, self._closed + sum(each.now - each.before for each in self._open.values()))

    def start_over(self) -> None:
        """Count from 0 again."""
        self._closed = 0
        for written in self._open.values():
            written.before = written.now
        self.changed.emit(self.words)

    @Slot(object)
    def _on_added(self, opened: OpenDocument) -> None:
        opened.editor.edited.connect(lambda *_: self._on_edited(opened))

    def _on_edited(self, opened: OpenDocument) -> None:
        if opened.editor.origin is Origin.OUTSIDE and opened in self._open:
            self._open[opened].elsewhere = True

    @Slot(object, int)
    def _on_counted(self, opened: OpenDocument, words: int) -> None:
        by_model = sum(count_words(opened.editor.text_between(each[0], each[1])) for each in opened.model_text.ranges)
        own = words - by_model
        written = self._open.setdefault(opened, _Written(own, own))
        if written.elsewhere:
            written.before += own - written.now
            written.elsewhere = False
        written.now = own
        self.changed.emit(self.words)

    @Slot(object)
    def _on_closing(self, opened: OpenDocument) -> None:
        written = self._open.pop(opened, None)
        if written is not None:
            self._closed += written.now - written.before
