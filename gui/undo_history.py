"""The undo history of a document, made again from its journal, so that it survives the window."""

from __future__ import annotations

from engine.errors import StorageError
from engine.store.journal import Journal
from engine.store.steps import Step, undo_steps
from engine.store.units import UnitText, from_units
from gui.editor import Editor
from gui.edits import seal, span

_EDITS = 500  # that are looked at
_LONG = 500_000  # units, from which on a step costs enough to look at fewer
_FEW = 100


def rebuild_undo(editor: Editor, journal: Journal) -> None:
    """Let undo and redo in `editor`, which holds the text of `journal`, go on where they were.

    What does not come out to the unit as the text that the journal has is left out.
    """
    text = journal.text
    count = _EDITS if len(text) < _LONG else _FEW
    base = UnitText(text)
    try:
        edits = journal.edits(max(1, journal.last - count + 1), journal.last)
        for edit in reversed(edits):
            base.undo(edit)
    except (StorageError, ValueError):
        return  # damage that lies before the text as it is now
    done, undone = undo_steps(edits)
    with editor.net_unchanged():
        editor.set_raw_text(str(base))
        for step in (*done, *reversed(undone)):
            _do(editor, step)
        for _ in undone:
            editor.document().undo()
        if editor.raw_text() != text:
            editor.set_raw_text(text)


def _do(editor: Editor, step: Step) -> None:
    cursor = span(editor.document(), step.position, step.position + len(step.removed) // 2)
    cursor.beginEditBlock()
    cursor.insertText(from_units(step.inserted))
    seal(cursor)
    cursor.endEditBlock()
