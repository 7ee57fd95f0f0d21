"""A piece of work on a model's files as a row: what is done, how far it is, and a button that gives it up."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from engine.hub.request import HubAction
from gui.panels.widgets import button, label
from gui.shelf.chores import Chore
from gui.shelf.download_row import gauge, lay_out_row, show_share


class ChoreRow(QFrame):
    """Show one piece of work."""

    cancel_asked = Signal(int)  # its job

    def __init__(self, chore: Chore) -> None:
        super().__init__()
        self._bar, self._words, self.cancel = gauge(), label("", "quiet", wraps=True), button(self.tr("Cancel"))
        title = self._title(chore)
        self.cancel.setAccessibleName(self.tr("Give up: {0}").format(title))
        lay_out_row(self, title, self._bar, self._words, [self.cancel])
        self.cancel.clicked.connect(lambda: self.cancel_asked.emit(chore.job))
        self.show_chore(chore)

    @property
    def words(self) -> str:
        """Return what is said of it."""
        return self._words.text()

    def show_chore(self, chore: Chore) -> None:
        """Show how it stands."""
        show_share(self._bar, chore.done, chore.total)
        waits = chore.words or self.tr("Waiting…")
        self._words.setText(self.tr("Cancelling…") if chore.cancelling else waits)
        self.cancel.setEnabled(not chore.cancelling)

    def _title(self, chore: Chore) -> str:
        words = {
            HubAction.IMPORT: self.tr("Importing {0}"),
            HubAction.CONVERT: self.tr("Converting a copy of {0}"),
            HubAction.VERIFY: self.tr("Verifying {0}"),
            HubAction.REPAIR: self.tr("Repairing {0}"),
        }[chore.request.action]
        return words.format(Path(chore.request.name).name)
