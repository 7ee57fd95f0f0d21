"""The steps that undo would go back through, found again from the edits of a journal. Torch-free.

What was undone and what was done again cancel out; text that a model wrote without a break is one step, and so are
letters that were typed one behind the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.store.edits import Edit, Origin
from engine.store.units import changed_span, from_units

_BREAKS = {"\u2029", "\n"}  # what ends a step of typing


@dataclass(frozen=True, slots=True)
class Step:
    """Units `removed` at a position made way for `inserted`, by one kind of author."""

    position: int
    removed: bytes
    inserted: bytes
    origin: Origin

    def repeats(self, other: Step) -> bool:
        """Tell whether this does exactly what `other` did."""
        return (self.position, self.removed, self.inserted) == (other.position, other.removed, other.inserted)

    def undoes(self, other: Step) -> bool:
        """Tell whether this takes back exactly what `other` did."""
        return (self.position, self.removed, self.inserted) == (other.position, other.inserted, other.removed)

    def goes_on(self, other: Step) -> bool:
        """Tell whether this belongs to the same step as `other`, just before it."""
        if self.origin is not other.origin or self.removed:
            return False
        behind = self.position == other.position + len(other.inserted) // 2
        ends = from_units(self.inserted), from_units(other.inserted[-2:])
        typed = len(self.inserted) <= 4 and not other.removed and not set(ends) & _BREAKS
        return behind and (self.origin is Origin.MODEL or (self.origin is Origin.HUMAN and typed))


def undo_steps(edits: Iterable[Edit]) -> tuple[list[Step], list[Step]]:
    """Return the steps that `edits` come to, the latest last, and those that were undone, the next to redo last."""
    done: list[Step] = []
    undone: list[Step] = []
    for edit in edits:
        step = _trimmed(edit)
        if not (step.removed or step.inserted):
            continue
        if step.origin is Origin.UNDO and done and step.undoes(done[-1]):
            undone.append(done.pop())
        elif step.origin is Origin.REDO and undone and step.repeats(undone[-1]):
            done.append(undone.pop())
        else:
            undone.clear()
            if done and step.goes_on(done[-1]):
                last = done.pop()
                step = Step(last.position, last.removed, last.inserted + step.inserted, step.origin)
            done.append(step)
    return done, undone


def _trimmed(edit: Edit) -> Step:
    """Return an edit without what it put back as it was: Qt reports some edits wider than they are."""
    head, old_end, new_end = changed_span(edit.removed, edit.inserted)
    removed, inserted = edit.removed[2 * head : 2 * old_end], edit.inserted[2 * head : 2 * new_end]
    return Step(edit.position + head, removed, inserted, edit.origin)
