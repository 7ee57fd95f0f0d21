"""Regenerate from here: the rest of what a model wrote, anew from the caret on, as a branch of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from engine.errors import SettingsError
from engine.modes import Mode
from engine.store.runs import Author
from gui.generations import Generations
from gui.open_document import OpenDocument
from gui.parts import Parts
from gui.variants import VariantSet


class Branching(QObject):
    """Let a variant go another way from any place in it; what it was before stays one of the variants."""

    def __init__(self, parts: Parts, generations: Generations, may_go: Callable[[Callable[[], object]], bool]) -> None:
        super().__init__(parts.workspace)
        self._parts = parts
        self._generations = generations
        self._may_go = may_go
        parts.commands.connect("branch", self.branch)

    @Slot()
    def branch(self) -> None:
        """Write what follows the caret, or the beginning of the selection, anew: as far as a model wrote it before."""
        parts, opened = self._parts, self._parts.workspace.current
        if opened.read_only:
            parts.messages.warn(self.tr("This text is open in another window and can only be read here."))
            return
        parts.show_mode(Mode.WRITE)
        if not self._may_go(self.branch):
            return
        parts.jobs.stop()
        at = opened.editor.textCursor().selectionStart()
        self._generations.take_up_here()
        variants = self._around(opened, at) or self._as_it_stands(opened, at)
        if variants is None:
            parts.messages.note(
                self.tr("Put the caret into text that a model wrote: what follows there is then written anew.")
            )
        elif at == variants.range.start:
            parts.writing.another()
        else:
            head = opened.editor.text_between(variants.range.start, at)
            count = parts.write.count
            parts.writing.write_more(opened.editor.text_before(at), count, variants.current, len(head))

    def _around(self, opened: OpenDocument, at: int) -> VariantSet | None:
        """Return the set in view if one of it stands around the position."""
        variants = self._parts.writing.variants
        here = variants is not None and variants.editor is opened.editor and variants.stands()
        return variants if variants and here and variants.range.start <= at < variants.range.end else None

    def _as_it_stands(self, opened: OpenDocument, at: int) -> VariantSet | None:
        """Return a new set whose only variant is what stands around the position, which the writer changed since."""
        found = _stretch(opened, at)
        if found is None:
            return None
        try:
            request = self._parts.write.request(opened.editor.text_before(found[0]))
        except SettingsError as error:
            self._parts.messages.warn(str(error))
            return None
        variants = VariantSet(opened.editor, request, found[0])
        variants.begin_with(*found)
        self._parts.writing.adopt(variants)
        return variants


def _stretch(opened: OpenDocument, position: int) -> tuple[int, int] | None:
    """Return where the text begins and ends that a model wrote around a position, changed by the writer or not."""
    start = end = 0
    for run in opened.model_text.runs:
        if run.author is Author.HUMAN:
            if start <= position < end:
                break
            start = end + run.length
        end += run.length
    return (start, end) if start <= position < end else None
