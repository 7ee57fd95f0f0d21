"""Variants that outlive the window: kept with their document as they come, and taken up when it is opened again."""

from __future__ import annotations

import functools
from dataclasses import replace

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from engine.catalog import find_model
from engine.errors import ModelError, StorageError
from engine.events import Event, ModelLoaded
from engine.fingerprint import fingerprint
from engine.store.edits import Origin
from engine.store.generations import Generation, Wording
from engine.store.journal import Journal
from gui.dialogs.variants import VariantsDialog
from gui.open_document import OpenDocument
from gui.parts import Parts
from gui.ranges import TrackedRange
from gui.themes import Theme
from gui.variants import Variant, VariantSet


class Generations(QObject):
    """Keep what Write mode brings in the journals of the documents, and bring the latest back."""

    def __init__(self, window: QWidget, parts: Parts) -> None:
        writing, journals = parts.writing, parts.journals
        super().__init__(parts.workspace)
        self._workspace = parts.workspace
        self._writing = writing
        self._journals = journals
        self._messages = parts.messages
        self._kept: Generation | None = None  # as it was kept last
        writing.began.connect(self._on_began)
        writing.settled.connect(self._on_settled)
        journals.taken_up.connect(self._on_taken_up)
        parts.commands.connect("all_variants", lambda: self.show_all(window, parts.looks.theme))
        parts.jobs.event_came.connect(self._on_event)

    @Slot(object)
    def _on_began(self, variants: VariantSet) -> None:
        opened = self._opened(variants)
        kept = self._journals.of(opened) if opened else None
        if kept is not None:
            kept.mark("generation")

    @Slot(object)
    def _on_settled(self, variants: VariantSet) -> None:
        opened = self._opened(variants)
        kept = self._journals.of(opened) if opened else None
        if opened is None or kept is None or not any(variant.text for variant in variants.variants):
            return
        generation = _generation(variants)
        if generation != self._kept:
            self._kept = generation
            kept.do(functools.partial(_put, kept.journal, generation))

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        variants = self._writing.variants
        if isinstance(event, ModelLoaded) and variants is not None and variants.streaming:
            variants.model = event.model

    @Slot(object)
    def _on_taken_up(self, opened: OpenDocument) -> None:
        kept = self._journals.of(opened)
        if kept is None:
            return
        journal = kept.journal
        try:
            found = kept.ask(journal.generations)
            later = kept.ask(lambda: journal.edits(found[-1].edit + 1, journal.last)) if found else []
        except StorageError:
            return  # the journal says so itself
        if not found:
            return
        place = TrackedRange(found[-1].start, found[-1].end)
        for edit in later:
            place.adjust(edit.position, len(edit.removed) // 2, len(edit.inserted) // 2)
        variants = VariantSet(opened.editor, found[-1].request, place.start)
        _fill(variants, found[-1], place)
        self._kept = _generation(variants)
        self._writing.adopt(variants)

    def show_all(self, window: QWidget, theme: Theme) -> None:
        """Show everything that models wrote for the document in view, and put in what the writer chooses."""
        opened = self._workspace.current
        kept = self._journals.of(opened)
        try:
            found = kept.ask(kept.journal.generations) if kept is not None else []
        except StorageError as error:
            self._messages.warn(str(error))
            return
        if not found:
            self._messages.note(self.tr("No model wrote anything for this text yet."))
            return
        dialog = VariantsDialog(opened.title, found, theme, window)
        dialog.exec()
        if dialog.chosen and not opened.read_only:
            place = opened.editor.textCursor().position()
            end = opened.editor.write(place, place, dialog.chosen, Origin.MODEL)
            opened.editor.put_caret(end, end)

    def _opened(self, variants: VariantSet) -> OpenDocument | None:
        return next((each for each in self._workspace.documents if each.editor is variants.editor), None)


def _generation(variants: VariantSet) -> Generation:
    return Generation(
        key=variants.key,
        request=variants.request,
        wordings=tuple(Wording(each.text, each.seed, each.row, each.rows) for each in variants.variants),
        current=variants.current if variants.stands() else -1,
        start=variants.range.start,
        end=variants.range.end,
        model=variants.model,
        preset=variants.preset,
    )


def _fill(variants: VariantSet, generation: Generation, place: TrackedRange) -> None:
    """Give a set what was kept of it; a wording stands where the text still has it."""
    variants.key, variants.model, variants.preset = generation.key, generation.model, generation.preset
    made = [Variant(each.text, True, each.seed, row=each.row, rows=each.rows) for each in generation.wordings]
    variants.take_up(made, generation.current, place)


def _put(journal: Journal, generation: Generation) -> None:
    """Keep a generation with what tells its model from others, in the journals' thread."""
    try:
        folder = find_model(generation.model or generation.request.model, generation.request.mode).folder
        generation = replace(generation, fingerprint=fingerprint(folder))
    except (ModelError, OSError):
        pass  # a model that is gone has none
    journal.put_generation(generation)
