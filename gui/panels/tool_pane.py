"""The assistant's column: the modes, or the tool that the writer has in hand."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QWidget

from gui.panels.widgets import column, label, plain_button


class Assistant(QStackedWidget):
    """Show the modes' tabs, and in their place one tool at a time until it is closed."""

    tool_changed = Signal()  # a tool came, went, or gave way to another

    def __init__(self, tabs: QWidget) -> None:
        super().__init__()
        self._title = label("", "title")
        self._tools = QStackedWidget()
        pane = QFrame()
        layout = column(pane, 0)
        layout.addLayout(self._head())
        layout.addWidget(self._tools, 1)
        self.addWidget(tabs)
        self.addWidget(pane)

    @property
    def tool(self) -> QWidget | None:
        """Return the tool in view, None while the modes are."""
        return self._tools.currentWidget() if self.currentIndex() else None

    def add_tool(self, tool: QWidget) -> None:
        """Keep a tool ready; its accessible name is its title."""
        self._tools.addWidget(tool)

    def show_tool(self, tool: QWidget) -> None:
        """Bring a tool into view."""
        self._title.setText(tool.accessibleName())
        self._tools.setCurrentWidget(tool)
        self.setCurrentIndex(1)
        self.tool_changed.emit()

    @Slot()
    def close_tool(self) -> None:
        """Go back to the modes."""
        if self.currentIndex():
            self.setCurrentIndex(0)
            self.tool_changed.emit()

    def _head(self) -> QHBoxLayout:
        close = plain_button("✕", self.tr("Close"))
        close.clicked.connect(self.close_tool)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 8, 4)
        head.addWidget(self._title, 1)
        head.addWidget(close)
        return head
