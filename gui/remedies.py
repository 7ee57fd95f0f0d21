"""What may help where memory did not suffice: offered with the sentence that says so, and done by one click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Slot

from engine.placement import Placement, shorter_context
from engine.room import Remedy
from gui.parts import Parts
from gui.shelf.care import MachineCare


class Remedies(QObject):
    """Offer what the engine names; nothing is changed before the writer takes it. `repeat` does the job once more."""

    def __init__(self, parts: Parts, care: MachineCare, repeat: Callable[[], None]) -> None:
        super().__init__(care)
        self._parts, self._care, self._repeat = parts, care, repeat
        parts.jobs.remediable.connect(self._offer)

    @Slot(str, object, bool)
    def _offer(self, sentence: str, names: list[str], asked: bool) -> None:
        ways = [(self._words(Remedy(name)), partial(self._apply, Remedy(name), asked)) for name in names]
        self._parts.messages.offer(sentence, ways)

    def _words(self, remedy: Remedy) -> str:
        return {
            Remedy.INT8: self.tr("Use 8 bits"),
            Remedy.INT4: self.tr("Use 4 bits"),
            Remedy.SPLIT: self.tr("Split the model"),
            Remedy.CPU: self.tr("Use the processor"),
            Remedy.FEWER: self.tr("One text at a time"),
            Remedy.BEAMS: self.tr("Use one beam"),
            Remedy.UNLOAD: self.tr("Unload other models"),
            Remedy.CONTEXT: self.tr("Shorter context"),
        }[remedy]

    def _apply(self, remedy: Remedy, asked: bool) -> None:
        match remedy:
            case Remedy.FEWER:
                self._parts.write.set_variants(1)
                self._parts.rewrite.set_variants(1)
            case Remedy.BEAMS:
                controls = self._parts.panel.controls
                controls.set_changed({**controls.changed, "beams": 1})
            case Remedy.UNLOAD:
                self._care.unload()
            case _:
                self._care.place(_changed(self._care.placement, remedy))
        if asked:
            self._repeat()
        else:
            self._parts.jobs.warm(self._parts.mode, self._parts.panel.controls.model)


def _changed(placement: Placement, remedy: Remedy) -> Placement:
    match remedy:
        case Remedy.SPLIT:
            return replace(placement, split=True)
        case Remedy.CPU:
            return Placement("cpu", context=placement.context)
        case Remedy.CONTEXT:
            return replace(placement, context=shorter_context(placement.context))
        case _:
            return replace(placement, weights=remedy.value)
