"""Texts that run from right to left, where Qt's own widgets would begin every line at the left."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidgetItem

_ISOLATED = "\u2067{}\u2069"  # so that a full stop stands where the sentence ends


def runs_leftwards(text: str) -> bool:
    """Tell whether the first letter of a text says that it runs from right to left, as Unicode has it (UAX 9, P2)."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def item_of(text: str) -> QListWidgetItem:
    """Return an item of a list that shows a text in the direction in which it runs."""
    if not runs_leftwards(text):
        return QListWidgetItem(text)
    item = QListWidgetItem(_ISOLATED.format(text))
    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item
