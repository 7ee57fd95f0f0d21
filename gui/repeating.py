"""A variant written again from its record: what is asked for, and whether it came out the same."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from engine.modes import Request
from gui.panels.message_bar import MessageBar
from gui.variant import Variant


class Repeating(QObject):
    """Know which variant is being written again, and say what became of it."""

    def __init__(self, messages: MessageBar) -> None:
        super().__init__(messages)
        self._messages = messages
        self._before: Variant | None = None

    def can(self, variant: Variant) -> bool:
        """Tell whether a model can write `variant` again; say why where it cannot."""
        if variant.sources or variant.own:
            self._messages.note(self.tr("This variant is of your making, so no model can write it again."))
        elif variant.seed < 0:
            self._messages.note(self.tr("The seed of this variant is not known, so it cannot be written again."))
        else:
            return True
        return False

    def begin(self, variant: Variant) -> None:
        """Take note that what comes now is `variant` again."""
        self._before = variant

    def place(self, number: int) -> int | None:
        """Return which of the awaited variants the job's variant `number` is.

        None where one is written again that was one of several: the others come too, but nobody waits for them.
        """
        if self._before is None:
            return number
        return 0 if number == self._before.row else None

    def judge(self, variants: list[Variant], number: int) -> None:
        """Say whether variant `number` is what was there before; does nothing where nothing was written again."""
        before, self._before = self._before, None
        if before is None:
            return
        made = variants[number]
        made.row, made.rows = before.row, before.rows
        if made.text == before.text:
            self._messages.note(self.tr("Written again, word for word."))
        elif before.text.startswith(made.text):
            self._messages.note(self.tr("Written again up to where it was stopped."))
        else:
            self._messages.note(self.tr("Another text came: the model is not what it was, or counts in other steps."))


def same_again(asked: Request, variant: Variant) -> Request:
    """Return the request that writes `variant`, which came of `asked`, with its seed and those beside it."""
    return replace(asked, variants=variant.rows, params=replace(asked.params, seed=variant.seed - variant.row))
