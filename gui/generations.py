"""Variants that outlive the window: kept with their document as they come, and taken up when it is opened again."""

from __future__ import annotations

import functools
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engine.catalog import find_model
from engine.errors import ModelError, StorageError
from engine.fingerprint import fingerprint
from engine.modes import Request
from engine.store.edits import Origin
from engine.store.generation_records import generations_of, put_generation
from engine.store.generations import Generation, Wording, standing_anywhere, standing_around
from engine.store.journal import Journal
from engine.store.runs import Author
from gui.dialogs.variants import VariantsDialog
from gui.open_document import OpenDocument
from gui.parts import Parts
from gui.themes import Theme
from gui.variant_records import record_of, set_at, set_of
from gui.variants import VariantSet


class Generations(QObject):
    """Keep what Write mode brings in the journals of the documents, and bring it back."""

    mix_asked = Signal()  # the variants in view are to be mixed

    def __init__(self, window: QWidget, parts: Parts) -> None:
        writing, journals = parts.writing, parts.journals
        super().__init__(parts.workspace)
        self._workspace = parts.workspace
        self._writing = writing
        self._journals = journals
        self._messages = parts.messages
        self._kept: Generation | None = None  # as it was kept last
        self._prints: dict[tuple[str, int], str] = {}  # of the models of variants kept here; the journals' thread's own
        writing.began.connect(self._on_began)
        writing.expected.connect(self._keep)
        writing.settled.connect(self._keep)
        writing.take_up_here = self.take_up_here
        journals.taken_up.connect(self._on_taken_up)
        parts.commands.connect("all_variants", lambda: self.show_all(window, parts.looks.theme))

    def take_up_here(self) -> None:
        """Take up the variants of what the caret is in, if a model wrote that and they are not in view already."""
        opened, here = self._workspace.current, self._writing.variants
        caret = opened.editor.textCursor().selectionStart()
        if here is not None and here.editor is opened.editor:
            start, end = here.place
            if here.streaming or start <= caret <= end:
                return
        if opened.read_only or not _by_model(opened, caret):
            return
        found = standing_around(self._generations(opened), opened.editor.text(), len(opened.editor.text_before(caret)))
        if found is not None:
            self._adopt(set_at(opened.editor, found))

    def show_all(self, window: QWidget, theme: Theme) -> None:
        """Show everything that models wrote for the document in view, and put in what the writer chooses."""
        opened = self._workspace.current
        found = [each for each in self._generations(opened) if any(wording.text.strip() for wording in each.wordings)]
        if not found:
            self._messages.note(self.tr("No model wrote anything for this text yet."))
            return
        dialog = VariantsDialog(opened.title, found, theme, window)
        dialog.exec()
        if dialog.chosen and not opened.read_only:
            place = opened.editor.textCursor().position()
            end = opened.editor.write(place, place, dialog.chosen, Origin.MODEL)
            opened.editor.put_caret(end, end)
        elif dialog.to_mix is not None:
            self._bring(opened, dialog.to_mix)
            self.mix_asked.emit()

    def _bring(self, opened: OpenDocument, generation: Generation) -> None:
        """Have the variants of a generation in view, one of them in its place if any stands in the text."""
        here = self._writing.variants
        if here is not None and here.key == generation.key:
            return
        found = standing_anywhere(generation, opened.editor.text())
        if found is not None:
            self._adopt(set_at(opened.editor, found))
            return
        caret = opened.editor.textCursor().selectionEnd()
        self._adopt(set_of(opened.editor, replace(generation, current=-1, start=caret, end=caret), ()))

    @Slot(object)
    def _on_began(self, variants: VariantSet) -> None:
        opened = self._opened(variants)
        kept = self._journals.of(opened) if opened else None
        if kept is not None:
            kept.mark("generation")

    @Slot(object)
    def _keep(self, variants: VariantSet) -> None:
        opened = self._opened(variants)
        kept = self._journals.of(opened) if opened else None
        if kept is None:
            return
        generation = record_of(variants)
        known = self._kept is not None and self._kept.key == generation.key
        if not (known or _tells(generation)):
            return
        if generation != self._kept:
            self._kept = generation
            kept.do(functools.partial(self._put, kept.journal, generation))

    @Slot(object)
    def _on_taken_up(self, opened: OpenDocument) -> None:
        kept = self._journals.of(opened)
        if kept is None:
            return
        journal = kept.journal
        try:
            found = [each for each in kept.ask(functools.partial(generations_of, journal)) if _tells(each)]
            if not found:
                return
            last = max(found, key=lambda each: each.edit)
            last = next(each for each in reversed(found) if each.edit == last.edit)
            later = kept.ask(lambda: journal.edits(last.edit + 1, journal.last))
        except StorageError:
            return  # the journal says so itself
        self._adopt(set_of(opened.editor, last, later))

    def _adopt(self, variants: VariantSet) -> None:
        self._kept = record_of(variants)
        self._writing.adopt(variants)

    def _generations(self, opened: OpenDocument) -> list[Generation]:
        """Return what models wrote for a document, as far as its journal tells."""
        kept = self._journals.of(opened)
        try:
            return kept.ask(functools.partial(generations_of, kept.journal)) if kept is not None else []
        except StorageError as error:
            self._messages.warn(str(error))
            return []

    def _put(self, journal: Journal, generation: Generation) -> None:
        """Keep a generation with what tells its models from others, in the journals' thread."""
        wordings = []
        for number, wording in enumerate(generation.wordings):
            place = generation.key, number
            if wording.model and not wording.fingerprint and not wording.sources:
                if place not in self._prints:
                    self._prints[place] = _print_of(wording, wording.request or generation.request)
                wording = replace(wording, fingerprint=self._prints[place])
            wordings.append(wording)
        put_generation(journal, replace(generation, wordings=tuple(wordings)))

    def _opened(self, variants: VariantSet) -> OpenDocument | None:
        return next((each for each in self._workspace.documents if each.editor is variants.editor), None)


def _tells(generation: Generation) -> bool:
    """Tell whether anything came of a generation, or still may."""
    return any(wording.text or not wording.finished for wording in generation.wordings)


def _print_of(wording: Wording, asked: Request) -> str:
    """Return the fingerprint of the model that wrote; a server's has none, nor has one that is gone."""
    if asked.server is not None:
        return ""
    try:
        return fingerprint(find_model(asked.model or wording.model, asked.mode).folder)
    except (ModelError, OSError):
        return ""


def _by_model(opened: OpenDocument, position: int) -> bool:
    """Tell whether a model wrote what is around or beside a position, at least at first."""
    at = 0
    for run in opened.model_text.runs:
        if at <= position <= at + run.length and run.author is not Author.HUMAN:
            return True
        at += run.length
    return False
