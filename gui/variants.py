"""The variants of one continuation, any of which stands in the text while the others wait."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from engine.modes import Request
from engine.store.edits import Origin
from gui.editor import Editor
from gui.ranges import TrackedRange
from gui.raw_text import to_document, units
from gui.streaming import StreamedText


@dataclass
class Variant:
    """One wording: what has come of it, whether more will, and the seed that drew it.

    It was written as number `row` of `rows`. `own` words are the writer's. `rank` is its place among all by how natural
    it is, from 1 (0 is unknown), and `reason` says why.
    """

    text: str = ""
    finished: bool = False
    seed: int = -1
    bits: float = -1.0  # of a token to the model that wrote it, where a server says so
    own: bool = False
    row: int = 0
    rows: int = 1
    rank: int = 0
    reason: str = ""


class VariantSet(QObject):
    """Hold the variants of one request, one of them in the text at `range`.

    Walking swaps the text in place, one undo step each. After an undo or redo, `current` is the
    variant that stands there, or -1 where none does.
    """

    changed = Signal()

    def __init__(self, editor: Editor, request: Request, position: int) -> None:
        super().__init__(editor)
        self.editor = editor
        self.request = request
        self.key = uuid.uuid4().hex
        self.model = ""  # the id of the model that writes, once that is known
        self.preset = ""
        self.variants: list[Variant] = []
        self.current = -1
        self.range = TrackedRange(position, position)
        self._stream: StreamedText | None = None
        editor.replayed.connect(self._on_replayed)

    @property
    def streaming(self) -> bool:
        """Tell whether text still arrives."""
        return self._stream is not None

    def expect(self, count: int) -> int:
        """Make room for `count` more variants, the first of which streams in place; return its number."""
        first = len(self.variants)
        self.variants += [Variant(row=row, rows=count) for row in range(count)]
        start, end = (self.range.start, self.range.end) if self.stands() else (self.range.start, self.range.start)
        self._leave()
        self._stream = StreamedText(self.editor, start, end)
        self._stream.settled.connect(self._on_settled)
        self.range = self._stream.range
        self.current = first
        self.changed.emit()
        return first

    def begin_with(self, start: int, end: int) -> None:
        """Take the writer's own words at `[start, end)` as the first variant."""
        self.variants = [Variant(self.editor.text_between(start, end), finished=True, own=True)]
        self._stand(0, start, end)

    def take_up(self, variants: list[Variant], current: int, place: TrackedRange) -> None:
        """Hold variants that were kept, `current` of which is at `place` unless that was edited since."""
        self.variants = variants
        if current >= 0 and not place.touched:
            self._stand(current, place.start, place.end)
        if not self.stands():
            self._leave()
            self.current = -1
            self.changed.emit()

    def add_waiting(self) -> None:
        """Make room for one more variant, none of which is in the text until it is shown."""
        self.variants.append(Variant())

    def rank(self, order: list[int], reasons: list[str]) -> None:
        """Take note of how natural the variants are: their numbers, the most natural first, and why."""
        for place, (number, reason) in enumerate(zip(order, reasons, strict=True), start=1):
            self.variants[number].rank = place
            self.variants[number].reason = reason
        self.changed.emit()

    def add_text(self, number: int, text: str) -> None:
        """Append `text` to a variant; the current one grows in the text."""
        self.variants[number].text += text
        if number == self.current and self._stream is not None:
            self._stream.insert(text)
        self.changed.emit()

    def finish_variant(self, number: int, seed: int, bits: float) -> None:
        """Take note that a variant is complete, of the seed that drew it and the bits of its tokens."""
        self.variants[number].finished = True
        self.variants[number].seed = seed
        self.variants[number].bits = bits
        self.changed.emit()

    def finish(self) -> None:
        """Take note that no more text comes."""
        for variant in self.variants:
            variant.finished = True
        if self._stream is not None:
            self._stream.finish()
        self.changed.emit()

    def stands(self) -> bool:
        """Tell whether the current variant is in the text, unedited."""
        if self.current < 0 or self.range.touched or self.range.end == self.range.start:
            return False
        return self.editor.text_between(self.range.start, self.range.end) == self.variants[self.current].text

    def walk(self, steps: int) -> bool:
        """Show the variant `steps` further, around the end; tell whether there was one to show."""
        filled = [number for number, variant in enumerate(self.variants) if variant.text]
        if self.streaming or len(filled) < 2 or self.current not in filled:
            return False
        return self.show(filled[(filled.index(self.current) + steps) % len(filled)])

    def show(self, number: int) -> bool:
        """Put a variant in place of the current one; False where the writer has changed it since."""
        if self.streaming or number == self.current or not self.stands():
            return False
        caret = self.editor.textCursor()
        start = self.range.start
        variant = self.variants[number]
        origin = Origin.HUMAN if variant.own else Origin.MODEL
        end = self.editor.write(start, self.range.end, variant.text, origin)
        if not caret.hasSelection() and caret.position() == start:
            self.editor.put_caret(start, start)
        self._stand(number, start, end)
        return True

    def close(self) -> None:
        """Leave the text as it is and forget about it."""
        self._leave()
        self.editor.replayed.disconnect(self._on_replayed)

    def _stand(self, number: int, start: int, end: int) -> None:
        self._leave()
        self.current = number
        self.range = self.editor.track(TrackedRange(start, end))
        self.changed.emit()

    def _leave(self) -> None:
        self.editor.untrack(self.range)

    @Slot()
    def _on_settled(self) -> None:
        self._stream = None
        self.changed.emit()

    @Slot()
    def _on_replayed(self) -> None:
        if self.streaming or self.stands():
            return
        for number, variant in enumerate(self.variants):
            length = units(to_document(variant.text))
            # A redo puts the text at our place, or pushes our place behind it.
            for start in {self.range.start, self.range.start - length}:
                if length and start >= 0 and self.editor.text_between(start, start + length) == variant.text:
                    self._stand(number, start, start + length)
                    return
        self.current = -1
        self.changed.emit()
