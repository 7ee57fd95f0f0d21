"""The button that starts a job, and stops it while it runs."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton

from gui.commands import Commands
from gui.jobs import Jobs


class GenerateButton(QPushButton):
    """Start and stop with one button that says its key."""

    def __init__(self, text: str, commands: Commands, jobs: Jobs) -> None:
        super().__init__()
        self._text = text
        self._commands = commands
        self._jobs = jobs
        self.setObjectName("primary")
        self.setAutoDefault(False)
        jobs.started.connect(self.refresh)
        jobs.ended.connect(self.refresh)
        self.clicked.connect(self._on_clicked)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Say what a click does now."""
        name = "stop" if self._jobs.running else "generate"
        text = self.tr("Stop") if self._jobs.running else self._text
        key = self._commands.hint(name)
        self.setText(f"{text}   {key}" if key else text)
        self.setAccessibleName(text)
        self.setToolTip(key)

    @Slot()
    def _on_clicked(self) -> None:
        self._commands["stop" if self._jobs.running else "generate"].trigger()
