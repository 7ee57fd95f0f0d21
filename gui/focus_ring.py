"""The way of the focus from one pane of the window to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QApplication, QWidget

from gui.editor import Editor


def focus_next(places: Sequence[QWidget]) -> None:
    """Give the focus to the pane in view that follows the one that has it, around the end."""
    shown = [place for place in places if place.isVisible()]
    focused = QApplication.focusWidget()
    here = [place is focused or (focused is not None and place.isAncestorOf(focused)) for place in shown]
    _focus_first(shown[(here.index(True) + 1) % len(shown) if any(here) else 0])


def _focus_first(place: QWidget) -> None:
    """Give the focus to `place`, to the field that it names for it, or to the first field in it."""
    proxy = place.focusProxy()
    if isinstance(place, Editor) or (proxy is not None and proxy.isVisible()):
        place.setFocus()
        return
    widget = place.nextInFocusChain()
    while widget is not None and widget is not place:  # all round: not all that is in it need follow it at once
        if place.isAncestorOf(widget) and widget.isVisible() and widget.focusPolicy().value & 1:
            widget.setFocus()
            return
        widget = widget.nextInFocusChain()
