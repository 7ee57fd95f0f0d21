"""What is under way at the foot of the models' window: a row for each download and each piece of work on files."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QWidget

from gui.panels.widgets import column
from gui.shelf.chore_row import ChoreRow
from gui.shelf.chores import Chore, Chores
from gui.shelf.download_row import DownloadRow
from gui.shelf.downloads import Download, Downloads
from gui.shelf.page_area import RowsArea


class WorkRows(QFrame):
    """Show what downloads and chores there are; hidden where there are none."""

    resume_asked = Signal(str)  # the name of a repository whose download is to go on

    def __init__(self, downloads: Downloads, chores: Chores, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self._downloads, self._chores = downloads, chores
        self._rows: dict[str, DownloadRow] = {}
        self._chore_rows: dict[int, ChoreRow] = {}
        self._area = RowsArea()
        strip = column(self, 0)
        strip.setContentsMargins(0, 1, 0, 0)  # the line above
        strip.addWidget(self._area)
        downloads.changed.connect(self._show_downloads)
        downloads.progressed.connect(self._on_download_progress)
        chores.changed.connect(self._show_chores)
        chores.progressed.connect(self._on_chore_progress)
        self._show_downloads()
        self._show_chores()

    def row(self, repo: str) -> DownloadRow:
        """Return the row of a download."""
        return self._rows[repo]

    @property
    def chore_rows(self) -> list[ChoreRow]:
        """Return the rows of the work on models' files."""
        return list(self._chore_rows.values())

    @Slot()
    def _show_downloads(self) -> None:
        for repo in [repo for repo in self._rows if repo not in self._downloads.items]:
            self._rows.pop(repo).deleteLater()
        for repo, item in self._downloads.items.items():
            if repo not in self._rows:
                self._rows[repo] = row = DownloadRow(item)
                row.pause_asked.connect(self._downloads.pause)
                row.resume_asked.connect(self.resume_asked)
                row.cancel_asked.connect(self._downloads.cancel)
                self._area.add(row)
            self._rows[repo].show_item(item)
        self._show_if_any()

    @Slot()
    def _show_chores(self) -> None:
        for job in [job for job in self._chore_rows if job not in self._chores.items]:
            self._chore_rows.pop(job).deleteLater()
        for job, chore in self._chores.items.items():
            if job not in self._chore_rows:
                self._chore_rows[job] = row = ChoreRow(chore)
                row.cancel_asked.connect(self._chores.cancel)
                self._area.add(row)
            self._chore_rows[job].show_chore(chore)
        self._show_if_any()

    def _show_if_any(self) -> None:
        self.setVisible(bool(self._rows or self._chore_rows))

    @Slot(object)
    def _on_download_progress(self, item: Download) -> None:
        self._rows[item.repo].show_item(item)

    @Slot(object)
    def _on_chore_progress(self, chore: Chore) -> None:
        self._chore_rows[chore.job].show_chore(chore)
