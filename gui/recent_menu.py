"""A menu of recent files or folders: long paths are shortened there, and whole in their tips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

_WIDTH = 460  # pixels of a path


class RecentMenu(QMenu):
    """Offer paths, the latest first."""

    chosen = Signal(Path)

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setToolTipsVisible(True)

    def show_paths(self, names: Sequence[str]) -> None:
        """Offer the paths `names` in place of those before."""
        self.clear()
        for name in names:
            shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _WIDTH)
            action = self.addAction(shown.replace("&", "&&"))
            action.setToolTip(name)
            action.triggered.connect(lambda _checked=False, name=name: self.chosen.emit(Path(name)))
        self.setEnabled(bool(names))
