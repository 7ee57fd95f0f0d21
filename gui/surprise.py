"""The surprise map: a text coloured, word by word, by how little a language model expected it."""

from __future__ import annotations

import itertools
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QColor, QHelpEvent, QTextCharFormat
from PySide6.QtWidgets import QTextEdit, QToolTip

from engine.events import Event, Result, Surprises
from engine.modes import Mode, Request
from gui.edits import span
from gui.jobs import Jobs
from gui.looks import Looks
from gui.open_document import OpenDocument
from gui.panels.surprise_pane import SurprisePane
from gui.panels.write import WritePanel
from gui.ranges import TrackedRange
from gui.shades import describe, level, shades
from gui.source import Source
from gui.timers import after
from gui.word_bits import WordBits
from gui.workspace import Workspace

_PAUSE = 15  # milliseconds; the view is painted once for all that happened within it


class SurpriseMap(QObject):
    """Colour the selection or the document in view until it is switched off.

    Only the words in view are marked, so that long texts scroll as ever. A word that is edited loses
    its colour; the others keep theirs.
    """

    changed = Signal(bool)  # whether there is one

    def __init__(self, workspace: Workspace, pane: SurprisePane, panel: WritePanel, jobs: Jobs, looks: Looks) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._pane = pane
        self._panel = panel
        self._jobs = jobs
        self._looks = looks
        self._source: Source | None = None
        self._words = WordBits()
        self._measured = False  # to the end
        self._listed: list[TrackedRange] = []
        self._refresh = after(self, _PAUSE, self._paint)
        pane.chosen.connect(self._on_passage)
        pane.again_asked.connect(self.start)
        looks.changed.connect(self._refresh.start)
        workspace.closing.connect(self._on_closing)

    @property
    def on(self) -> bool:
        """Tell whether a text is coloured."""
        return self._source is not None

    @Slot()
    def start(self) -> bool:
        """Measure the selection or the document in view; False where there is no text."""
        self.stop()
        source = Source(self._workspace.current)
        if not source.text.strip():
            source.release()
            return False
        self._source = source
        self._words, self._measured = WordBits(), False
        editor = source.editor
        editor.edited.connect(self._on_edited)
        editor.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        editor.viewport().installEventFilter(self)
        self._pane.clear()
        self.changed.emit(True)
        server = self._panel.scoring_server(str(source.opened.path or ""))
        model = self._panel.controls.model
        self._jobs.run(Request(mode=Mode.SURPRISE, text=source.text, model=model, server=server), self)
        return True

    @Slot()
    def stop(self) -> None:
        """Take all colours away."""
        source, self._source = self._source, None
        if source is None:
            return
        self._jobs.stop_for(self)
        self._refresh.stop()
        source.editor.set_marks("surprise", [])
        source.editor.edited.disconnect(self._on_edited)
        source.editor.verticalScrollBar().valueChanged.disconnect(self._on_scrolled)
        source.editor.viewport().removeEventFilter(self)
        source.release()
        self.changed.emit(False)

    def on_text(self, variant: int, text: str) -> None:
        """Take no text: this job brings none."""

    def on_event(self, event: Event) -> None:
        """Take words, and at last the passages worth a look."""
        if self._source is None:
            return
        if isinstance(event, Surprises):
            for start, end, bits in event.words:
                self._words.append(self._source.place(start, end), bits)
            self._refresh.start()
        elif isinstance(event, Result):
            self._show_passages(self._source, event.values)

    def on_end(self) -> None:
        """Say where the measuring was stopped; what is known stays."""
        if self._source is not None and not self._measured:
            self._pane.say(self.tr("Measured in part: {0} words.").format(f"{len(self._words):,}"))
            self._pane.offer_again()

    def _show_passages(self, source: Source, values: dict[str, Any]) -> None:
        self._measured = True
        found = [values["flattest"], values["startling"]]
        self._listed = [source.track_part(each["start"], each["end"]) for each in itertools.chain(*found)]
        self._pane.show_passages(*([(each["text"], each["bits_per_word"]) for each in part] for part in found))
        words, bits = f"{values['words']:,}", f"{values['bits_per_word']:.1f}"
        self._pane.say(self.tr("{0} words, {1} bits each on average.").format(words, bits))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Say how surprising the word under the pointer is, and follow the size of the view."""
        if event.type() == QEvent.Type.Resize:
            self._refresh.start()
        elif event.type() == QEvent.Type.ToolTip and self._source is not None:
            assert isinstance(event, QHelpEvent)
            position = self._source.editor.cursorForPosition(event.pos()).position()
            words = self._words.between(position, position + 1)
            if words and self._source.editor.rect_of(words[0][0]).top() <= event.pos().y():
                QToolTip.showText(event.globalPos(), describe(words[0][2]), self._source.editor.viewport())
                return True
            QToolTip.hideText()
        return False

    @Slot()
    def _on_scrolled(self) -> None:
        self._refresh.start()  # which itself would take lines for milliseconds

    @Slot()
    def _paint(self) -> None:
        if self._source is None:
            return
        editor = self._source.editor
        bottom = editor.cursorForPosition(editor.viewport().rect().bottomRight()).position()
        formats = [_format(colour) for colour in shades(self._looks.theme)]
        self._pane.legend.set_colours(shades(self._looks.theme))
        marks = []
        for start, end, bits in self._words.between(editor.top_position(), bottom + 1):
            cursor = span(editor.document(), start, end)
            if not any(map(str.isalnum, cursor.selectedText())):
                continue  # stops and commas would be all that one sees
            mark = QTextEdit.ExtraSelection()
            # Qt's own attributes, which its type stubs do not know.
            mark.cursor = cursor  # pyright: ignore
            mark.format = formats[level(bits)]  # pyright: ignore
            marks.append(mark)
        editor.set_marks("surprise", marks)

    @Slot(int, int, int)
    def _on_edited(self, position: int, removed: int, added: int) -> None:
        if self._words.edit(position, removed, added):
            self._pane.offer_again()
        self._refresh.start()

    @Slot(int)
    def _on_passage(self, number: int) -> None:
        if self._source is not None and number < len(self._listed):
            place = self._listed[number]
            self._workspace.show_document(self._source.opened)
            self._source.editor.select_span(place.start, place.end)

    @Slot(object)
    def _on_closing(self, opened: OpenDocument) -> None:
        if self._source is not None and self._source.opened is opened:
            self.stop()


def _format(colour: QColor) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setBackground(colour)
    return made
