"""The variants of one continuation, any of which stands in the text while the others wait."""

from __future__ import annotations

import uuid
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from engine.modes import Request
from engine.store.branches import shared, tree
from engine.store.edits import Origin
from gui.editor import Editor
from gui.edits import span
from gui.ranges import TrackedRange
from gui.raw_text import PlainText, to_document, units
from gui.streaming import StreamedText
from gui.variant import Variant


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
        self.variants: list[Variant] = []
        self.current = -1
        self.range = TrackedRange(position, position)
        self._stream: StreamedText | None = None
        self._head: TrackedRange | None = None  # what a branch that streams in has from its parent
        editor.replayed.connect(self._on_replayed)

    @property
    def streaming(self) -> bool:
        """Tell whether text still arrives."""
        return self._stream is not None

    @property
    def place(self) -> tuple[int, int]:
        """Return where the current variant begins and ends, as far as it has come."""
        return self._head.start if self._head else self.range.start, self.range.end

    def asked(self, number: int) -> Request:
        """Return what a variant was asked with."""
        return self.variants[number].request or self.request

    def filled(self) -> list[int]:
        """Return the numbers of those variants of which a word has come, in the order of their tree."""
        return [number for number, _ in tree(self.variants) if self.variants[number].written]

    def expect(self, count: int, like: Variant | None = None) -> int:
        """Make room for `count` more variants, the first of which streams in place; return its number.

        They are as `like`, and begin with what that has from its parent. Raises ValueError where a beginning is asked
        for that is not in the text.
        """
        like = like or Variant()
        first = len(self.variants)
        head = self.variants[like.parent].text[: like.offset] if like.parent >= 0 else ""
        stands = self.stands()
        if head and not (stands and self.variants[self.current].text.startswith(head)):
            raise ValueError(f"the text does not begin with {head!r}")
        self.variants += [replace(like, text=head, row=row, rows=count) for row in range(count)]
        start, end = self.range.start, self.range.end if stands else self.range.start
        kept = self._position(len(head))
        self._leave()
        self._head = self.editor.track(TrackedRange(start, kept)) if head else None
        self._stream = StreamedText(self.editor, kept, end)
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

    def add_mixed(self, text: str, sources: tuple[int, ...], caret: int) -> None:
        """Put what the writer mixed of several variants in place of the current one, or at `caret` where none stands.

        It is a variant from then on, of all models that wrote something of it.
        """
        models = dict.fromkeys(self.variants[number].model for number in sources if self.variants[number].model)
        self.variants.append(Variant(text, finished=True, model=", ".join(models), sources=sources))
        if not self.stands():
            self._stand(-1, caret, caret)
        start, end = self.range.start, self.range.end
        self._stand(len(self.variants) - 1, start, self.editor.write(start, end, text, Origin.MODEL))

    def name_model(self, first: int, model: str) -> None:
        """Take note which model writes the variants from number `first` on."""
        for variant in self.variants[first:]:
            variant.model = model

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
        filled = self.filled()
        if self.current in filled:
            filled = filled[filled.index(self.current) :] + filled[: filled.index(self.current)]
        else:  # a branch that was stopped before a word came
            filled.insert(0, self.current)
        return len(filled) > 1 and self.show(filled[steps % len(filled)])

    def show(self, number: int) -> bool:
        """Put a variant in place of the current one; False where the writer has changed it since."""
        if self.streaming or number == self.current or not self.stands():
            return False
        caret = self.editor.textCursor()
        start = self.range.start
        variant = self.variants[number]
        kept = shared(self.variants, self.current, number, len(self.variants[self.current].text))
        at = self._position(kept)
        origin = Origin.HUMAN if variant.own else Origin.MODEL
        end = self.editor.write(at, self.range.end, variant.text[kept:], origin)
        if not caret.hasSelection() and caret.position() == at:
            self.editor.put_caret(at, at)
        self._stand(number, start, end)
        return True

    def close(self) -> None:
        """Leave the text as it is and forget about it."""
        self._leave()
        self.editor.replayed.disconnect(self._on_replayed)

    def _position(self, offset: int) -> int:
        """Return the position of the character at `offset` of what stands in the range."""
        if not offset:
            return self.range.start
        raw = span(self.editor.document(), self.range.start, self.range.end).selectedText()
        return self.range.start + PlainText(raw).position(offset)

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
        head, self._head = self._head, None
        if head is not None:
            self._leave()
            self.editor.untrack(head)
            whole = TrackedRange(head.start, self.range.end, touched=head.touched or self.range.touched)
            self.range = self.editor.track(whole)
        self.changed.emit()

    @Slot()
    def _on_replayed(self) -> None:
        if self.streaming or self.stands():
            return
        # The longest first: a branch that was stopped at once is the beginning of others.
        for number, variant in sorted(enumerate(self.variants), key=lambda each: -len(each[1].text)):
            length = units(to_document(variant.text))
            # A redo puts the text at our place, or pushes our place behind it.
            for start in {self.range.start, self.range.start - length}:
                if length and start >= 0 and self.editor.text_between(start, start + length) == variant.text:
                    self._stand(number, start, start + length)
                    return
        self.current = -1
        self.changed.emit()
