"""Variants as the journal keeps them, and what is kept as variants again."""

from __future__ import annotations

from collections.abc import Iterable

from engine.store.edits import Edit, Origin
from engine.store.generations import Generation, Standing, Wording
from gui.editor import Editor
from gui.ranges import TrackedRange
from gui.raw_text import PlainText
from gui.variant import Variant
from gui.variants import VariantSet


def record_of(variants: VariantSet) -> Generation:
    """Return what is to be kept of a set as it is now."""
    start, end = variants.place
    standing = variants.streaming or variants.stands()
    wordings = tuple(map(_wording, variants.variants))
    return Generation(variants.key, variants.request, wordings, variants.current if standing else -1, start, end)


def set_of(editor: Editor, generation: Generation, later: Iterable[Edit]) -> VariantSet:
    """Return the set that was kept, where it is after the edits that came since then."""
    place = _place_after(generation, later)
    variants = _variants(editor, generation, place.start)
    made = [_variant(each) for each in generation.wordings]
    current = generation.current
    if current >= 0 and not generation.wordings[current].finished:  # it was being written when the window went
        made[current].text = editor.text_between(place.start, place.end)
    variants.take_up(made, current, place)
    return variants


def set_at(editor: Editor, found: Standing) -> VariantSet:
    """Return the set of which a wording was found to stand in the text of `editor`."""
    plain = PlainText(editor.raw_text())
    length = len(found.generation.wordings[found.number].text)
    place = TrackedRange(plain.position(found.start), plain.position(found.start + length))
    variants = _variants(editor, found.generation, place.start)
    variants.take_up([_variant(each) for each in found.generation.wordings], found.number, place)
    return variants


def _variants(editor: Editor, generation: Generation, start: int) -> VariantSet:
    variants = VariantSet(editor, generation.request, start)
    variants.key = generation.key
    return variants


def _place_after(generation: Generation, later: Iterable[Edit]) -> TrackedRange:
    place = TrackedRange(generation.start, generation.end)
    streaming = generation.current >= 0 and not generation.wordings[generation.current].finished
    for edit in later:
        removed, added = len(edit.removed) // 2, len(edit.inserted) // 2
        if streaming and edit.origin is Origin.MODEL and not removed and edit.position == place.end:
            place.end += added
        else:
            place.adjust(edit.position, removed, added)
    return place


def _wording(variant: Variant) -> Wording:
    return Wording(
        text=variant.text,
        seed=variant.seed,
        row=variant.row,
        rows=variant.rows,
        model=variant.model,
        fingerprint=variant.fingerprint,
        preset=variant.preset,
        parent=variant.parent,
        offset=variant.offset,
        request=variant.request,
        sources=variant.sources,
        own=variant.own,
        finished=variant.finished,
    )


def _variant(wording: Wording) -> Variant:
    return Variant(
        text=wording.text,
        finished=True,  # nobody writes it any more
        seed=wording.seed,
        row=wording.row,
        rows=wording.rows,
        model=wording.model,
        fingerprint=wording.fingerprint,
        preset=wording.preset,
        parent=wording.parent,
        offset=wording.offset,
        request=wording.request,
        sources=wording.sources,
        own=wording.own,
    )
