"""Word alignment: the pointer over a word of a translation, or of its source, lights its counterparts."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Slot
from PySide6.QtGui import QColor, QMouseEvent, QTextBlock, QTextCharFormat
from PySide6.QtWidgets import QTextEdit

from engine.events import Alignment, Event
from engine.modes import Mode, Request
from gui.background import Background
from gui.editor import Editor
from gui.edits import span
from gui.looks import Looks
from gui.raw_text import PlainText
from gui.source import Source
from gui.timers import after
from gui.word_links import Place, WordLinks

_PAUSE = 60  # milliseconds that the pointer rests on a word
_LONGEST = 4_000  # characters of a line that is aligned
_LINE = re.compile(r"[^\n]*\S[^\n]*")


@dataclass(frozen=True, slots=True)
class _Pair:
    """A line of the source, as offsets in its text, and the block that holds its translation."""

    start: int
    end: int
    block: QTextBlock


class Aligning(QObject):
    """Find out on hover, line by line, which words belong together, and remember it by the lines' words.

    Lines of the source that are not blank stand for the result's, in order, as they were translated.
    """

    def __init__(self, result: Editor, background: Background, looks: Looks) -> None:
        super().__init__(result)
        self._result = result
        self._background = background
        self._looks = looks
        self._source: Source | None = None
        self._request = Request(Mode.ALIGN, "")
        self._lines: list[Place] = []
        self._known: dict[tuple[str, str], WordLinks] = {}
        self._asked: tuple[str, str] = ("", "")
        self._coming = WordLinks()
        self._pointed: tuple[Editor, QPoint] | None = None
        self._rest = after(self, _PAUSE, self._look)

    def follow(self, source: Source, request: Request) -> None:
        """Light words from now on: the result is the translation of `source` that `request` asked for."""
        self.forget()
        self._source, self._request = source, request
        self._lines = [match.span() for match in _LINE.finditer(source.text)]
        for editor in (source.editor, self._result):
            editor.viewport().setMouseTracking(True)
            editor.viewport().installEventFilter(self)

    def forget(self) -> None:
        """Light no words: the result is another, or the source gone."""
        self._clear()
        source, self._source = self._source, None
        self._known.clear()
        self._background.withdraw(Mode.ALIGN)
        if source is not None:
            for editor in (source.editor, self._result):
                editor.viewport().removeEventFilter(self)

    def on_text(self, variant: int, text: str) -> None:
        """Take no text: an alignment brings none."""

    def on_event(self, event: Event) -> None:
        """Take links."""
        if isinstance(event, Alignment):
            self._coming.links += event.links

    def on_end(self) -> None:
        """Light what the pointer is over, now that it is known."""
        self._known[self._asked] = self._coming
        self._look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer."""
        if event.type() == QEvent.Type.MouseMove and self._source is not None:
            assert isinstance(event, QMouseEvent)
            editor = self._result if watched is self._result.viewport() else self._source.editor
            self._pointed = editor, event.position().toPoint()
            self._rest.start()
        elif event.type() in (QEvent.Type.Leave, QEvent.Type.Wheel):
            self._clear()
        return False

    @Slot()
    def _look(self) -> None:
        """Light the word under the pointer and its counterparts, or ask for them."""
        if self._source is None or self._pointed is None:
            return
        editor, point = self._pointed
        position = editor.cursorForPosition(point).position()
        pair = self._pair_at(editor, position)
        if pair is None or pair.end - pair.start > _LONGEST or pair.block.length() > _LONGEST:
            self._mark([], [])
            return
        texts = self._source.text[pair.start : pair.end], PlainText(pair.block.text()).text
        links = self._known.get(texts)
        if links is None:
            self._mark([], [])
            self._ask(texts)
        elif editor is self._result:
            offset = _offset(PlainText(pair.block.text()), position - pair.block.position())
            self._light(pair, *links.of_target(offset))
        else:
            here = self._source.place(pair.start, pair.end).start
            offset = _offset(PlainText(span(editor.document(), here, position).selectedText()), position - here)
            self._light(pair, *links.of_source(offset))

    def _ask(self, texts: tuple[str, str]) -> None:
        if texts == self._asked and self._background.busy:
            return
        self._asked, self._coming = texts, WordLinks()
        asked = self._request
        request = Request(
            Mode.ALIGN,
            texts[0],
            other=texts[1],
            model=asked.model,
            source_language=asked.source_language,
            target_language=asked.target_language,
        )
        self._background.ask(request, self)

    def _pair_at(self, editor: Editor, position: int) -> _Pair | None:
        assert self._source is not None
        if editor is self._result:
            number = _filled_before(self._result, position)
        else:
            place = self._source.place
            number = bisect_right(self._lines, position, key=lambda line: place(*line).start) - 1
            if number < 0 or place(*self._lines[number]).end < position:
                return None
        block = _filled(self._result, number)
        if not 0 <= number < len(self._lines) or block is None or self._source.place(*self._lines[number]).touched:
            return None
        return _Pair(*self._lines[number], block)

    def _light(self, pair: _Pair, sources: list[Place], targets: list[Place]) -> None:
        assert self._source is not None
        line = PlainText(pair.block.text())
        start, place = pair.block.position(), self._source.place
        self._mark(
            [(each.start, each.end) for each in (place(pair.start + a, pair.start + b) for a, b in sources)],
            [(start + line.position(a), start + line.position(b)) for a, b in targets],
        )

    def _mark(self, sources: list[Place], targets: list[Place]) -> None:
        if self._source is not None:
            self._source.editor.set_marks("aligned", self._marks(self._source.editor, sources))
            self._result.set_marks("aligned", self._marks(self._result, targets))

    def _marks(self, editor: Editor, places: list[Place]) -> list[QTextEdit.ExtraSelection]:
        lit = QTextCharFormat()
        lit.setBackground(QColor(self._looks.theme.found))
        marks = []
        for start, end in places:
            mark = QTextEdit.ExtraSelection()
            # Qt's own attributes, which its type stubs do not know.
            mark.cursor, mark.format = span(editor.document(), start, end), lit  # pyright: ignore
            marks.append(mark)
        return marks

    def _clear(self) -> None:
        self._rest.stop()
        self._pointed = None
        self._mark([], [])


def _offset(line: PlainText, position: int) -> int:
    """Return the code point of a line that stands `position` units behind its start."""
    low, high = 0, len(line.text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if line.position(middle) <= position else (low, middle - 1)
    return low


def _filled_before(editor: Editor, position: int) -> int:
    """Return how many blocks with words stand before the one of `position`; -1 if that is blank itself."""
    block = editor.document().findBlock(position)
    if not block.text().strip():
        return -1
    count, block = 0, block.previous()
    while block.isValid():
        count += bool(block.text().strip())
        block = block.previous()
    return count


def _filled(editor: Editor, number: int) -> QTextBlock | None:
    """Return the block with words that has `number` such blocks before it."""
    block = editor.document().begin()
    while block.isValid():
        if block.text().strip():
            if number == 0:
                return block
            number -= 1
        block = block.next()
    return None
