"""The three columns of the window, of which the outer two give way when there is little room."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from gui.settings import Settings

_DOCUMENTS_NEED = 1060  # pixels of window width
_ASSISTANT_NEEDS = 780
_WIDTHS = [210, 700, 320]


class Panes(QSplitter):
    """Documents, text and assistant; in focus mode the text alone."""

    shown_changed = Signal()

    def __init__(self, documents: QWidget, centre: QWidget, assistant: QWidget, settings: Settings) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._settings = settings
        self._documents, self._assistant = documents, assistant
        self._room = -1
        self._focus = False
        self._needed = False
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        documents.setMinimumWidth(150)
        centre.setMinimumWidth(330)  # what the buttons below a result need
        assistant.setMinimumWidth(270)
        for number, pane in enumerate((documents, centre, assistant)):
            self.addWidget(pane)
            self.setStretchFactor(number, int(pane is centre))
        self.setSizes(settings.splitter if len(settings.splitter) == 3 and all(settings.splitter) else _WIDTHS)
        self.splitterMoved.connect(self._on_moved)

    @property
    def focus(self) -> bool:
        """Tell whether the text has the window to itself."""
        return self._focus

    def set_focus(self, focus: bool) -> None:
        """Give the text the window, or the panels their places back."""
        self._focus = focus
        self._arrange()

    def need_assistant(self, needed: bool) -> None:
        """Show the assistant, whether or not there is room, for as long as the writer has a tool in hand."""
        self._needed = needed
        self._arrange()

    def fit(self, width: int) -> None:
        """Put away the panels for which a window of `width` has no room, and bring them back when it has."""
        room = (width >= _ASSISTANT_NEEDS) + (width >= _DOCUMENTS_NEED)
        if room != self._room:
            self._room = room
            self._arrange()

    def show_pane(self, name: str, shown: bool) -> None:
        """Show or hide "documents" or "assistant", whether or not there is room."""
        setattr(self._settings, f"show_{name}", shown)
        pane = self._documents if name == "documents" else self._assistant
        pane.setVisible(shown and not self._focus)
        self.shown_changed.emit()

    def _arrange(self) -> None:
        self._documents.setVisible(self._settings.show_documents and self._room > 1 and not self._focus)
        wanted = self._needed or (self._settings.show_assistant and self._room > 0)
        self._assistant.setVisible(wanted and not self._focus)
        self.shown_changed.emit()

    def _on_moved(self) -> None:
        if all(self.sizes()):
            self._settings.splitter = self.sizes()
