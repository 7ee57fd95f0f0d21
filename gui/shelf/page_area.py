"""Parts of a window that scroll where they are higher than the room for them, instead of being squeezed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from gui.panels.widgets import column

_SHARE = 0.33  # of the window, which rows may take at most
_LEAST = 96  # pixels: a row


class PageArea(QScrollArea):
    """Hold a page, which keeps the height that its parts need."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._hold(page)

    def _hold(self, page: QWidget) -> None:
        page.setObjectName("page")
        self.setWidget(page)


class LateArea(PageArea):
    """Hold a page that is made when it is first shown or asked for: what nobody looks at takes no time."""

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__(QWidget())
        self._make: Callable[[], QWidget] | None = make

    def make_page(self) -> None:
        """Make the page, unless it is there; Tab comes to its parts where it would had it been there from the start."""
        if self._make is None:
            return
        page, self._make = self._make(), None
        parts = [part for part in _chain(page) if part.focusPolicy() & Qt.FocusPolicy.TabFocus]
        before = self.previousInFocusChain() or self
        self._hold(page)
        for part in parts:
            QWidget.setTabOrder(before, part)
            before = part

    def showEvent(self, event: QShowEvent) -> None:
        """Make the page now."""
        self.make_page()
        super().showEvent(event)


def _chain(page: QWidget) -> Iterator[QWidget]:
    """Yield the parts of a page on its own in the order in which Tab goes through them."""
    part = page.nextInFocusChain()
    while part is not None and part is not page:
        yield part
        part = part.nextInFocusChain()


class RowsArea(PageArea):
    """Hold rows below a page: as high as they are, but no more than a share of the window."""

    def __init__(self) -> None:
        self._rows = QWidget()
        self._box = column(self._rows, 8)
        self._box.setContentsMargins(16, 8, 16, 14)
        super().__init__(self._rows)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._rows.installEventFilter(self)

    def add(self, row: QWidget) -> None:
        """Put a row below the others."""
        self._box.addWidget(row)

    def sizeHint(self) -> QSize:
        """Return the height of the rows, within bounds."""
        width = max(1, self.viewport().width())
        height = self._box.heightForWidth(width) if self._box.hasHeightForWidth() else self._box.sizeHint().height()
        most = max(_LEAST, round(_SHARE * self.window().height()))
        return QSize(super().sizeHint().width(), min(height, most))

    def minimumSizeHint(self) -> QSize:
        """Return the height of a row."""
        return QSize(0, min(_LEAST, self.sizeHint().height()))

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the height of the window from now on."""
        super().showEvent(event)
        self.window().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for another height when the rows do, or the window gives another."""
        asked = watched is self._rows and event.type() is QEvent.Type.LayoutRequest
        if asked or event.type() is QEvent.Type.Resize:
            self.updateGeometry()
        return super().eventFilter(watched, event)
