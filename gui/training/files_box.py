"""The files and folders to learn from: added by a dialog or by dropping them, and taken out again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from gui.panels.widgets import button, column

_ROWS = (3, 6)  # at least and at most in view


class FilesBox(QWidget):
    """Keep a list of paths; every change is told."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._list = PathList(self.tr("Drop files or a folder here: txt, md, TSV, CSV or TMX"))
        self._list.setAccessibleName(self.tr("Files and folders to learn from"))
        self._list.setAccessibleDescription(self.tr("Delete takes the selected ones out"))
        self._list.delete_pressed.connect(self.remove_selected)
        self._list.itemSelectionChanged.connect(self._show_state)
        self._files = button(self.tr("Add &files…"))
        self._folder = button(self.tr("Add a f&older…"))
        self._remove = button(self.tr("&Take out"), self.tr("Off this list, not off the disk"))
        self._files.clicked.connect(self.ask_files)
        self._folder.clicked.connect(self.ask_folder)
        self._remove.clicked.connect(self.remove_selected)
        row = QHBoxLayout()
        row.setSpacing(8)
        for each in (self._files, self._folder):
            row.addWidget(each)
        row.addStretch(1)
        row.addWidget(self._remove)
        layout = column(self, 8)
        layout.addWidget(self._list)
        layout.addLayout(row)
        self._show_state()

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the paths in the list."""
        return tuple(self._list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self._list.count()))

    def add(self, paths: list[Path]) -> None:
        """Add those of `paths` that are not there yet."""
        known = set(self.paths)
        new = [path for path in dict.fromkeys(map(str, paths)) if path not in known]
        for path in new:
            item = QListWidgetItem(_shown(Path(path)))
            item.setData(Qt.ItemDataRole.UserRole, path)
            item.setToolTip(path)
            self._list.addItem(item)
        if new:
            self._changed()

    @Slot()
    def remove_selected(self) -> None:
        """Take the selected paths out."""
        chosen = self._list.selectedItems()
        for item in chosen:
            self._list.takeItem(self._list.row(item))
        if chosen:
            self._changed()

    @Slot()
    def ask_files(self) -> None:
        """Let the writer choose files."""
        kinds = self.tr("Texts and tables (*.txt *.md *.tsv *.csv *.tmx *.xz);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileNames(self.window(), self.tr("Texts to learn from"), self._start(), kinds)
        self.add([Path(name) for name in chosen])

    @Slot()
    def ask_folder(self) -> None:
        """Let the writer choose a folder."""
        chosen = QFileDialog.getExistingDirectory(self.window(), self.tr("A folder to learn from"), self._start())
        self.add([Path(chosen)] if chosen else [])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._list.set_welcoming(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the welcome back."""
        super().dragLeaveEvent(event)
        self._list.set_welcoming(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what is dropped."""
        self._list.set_welcoming(False)
        self.add([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def _start(self) -> str:
        return str(Path(self.paths[-1]).parent) if self.paths else str(Path.home())

    def _changed(self) -> None:
        self._list.updateGeometry()
        self._show_state()
        self.changed.emit()

    @Slot()
    def _show_state(self) -> None:
        self._remove.setVisible(self._list.count() > 0)
        self._remove.setEnabled(bool(self._list.selectedItems()))


class PathList(QListWidget):
    """A list that is as high as it has to be, and says what it is for while it is empty."""

    delete_pressed = Signal()

    def __init__(self, invitation: str) -> None:
        super().__init__()
        self.setObjectName("well")
        self._invitation = invitation
        self._welcoming = False
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(self.sizePolicy().horizontalPolicy(), self.sizePolicy().Policy.Fixed)

    def set_welcoming(self, welcoming: bool) -> None:
        """Show whether what is dragged may be dropped here."""
        self._welcoming = welcoming
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """Return the height of its rows."""
        rows = max(_ROWS[0], min(_ROWS[1], self.count()))
        return QSize(240, rows * (self.fontMetrics().height() + 10) + 12)

    def minimumSizeHint(self) -> QSize:
        """Return the same height."""
        return QSize(120, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of the delete key."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or the invitation."""
        super().paintEvent(event)
        if self.count() and not self._welcoming:
            return
        painter = QPainter(self.viewport())
        role = QPalette.ColorRole.Accent if self._welcoming else QPalette.ColorRole.PlaceholderText
        painter.setPen(self.palette().color(role))
        if not self.count():
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self._invitation)
        if self._welcoming:
            painter.drawRoundedRect(self.viewport().rect().adjusted(1, 1, -2, -2), 5, 5)


def _shown(path: Path) -> str:
    name = path.name or str(path)
    return f"{name}/  —  {path.parent}" if path.is_dir() else f"{name}  —  {path.parent}"
