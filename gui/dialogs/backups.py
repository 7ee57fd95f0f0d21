"""The backups of a file: when each was kept, what it differs in from the text as it is now, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError, StorageError
from engine.store.backups import Backups, beside
from engine.store.changes import readable_changes
from engine.store.retention import Backup
from engine.store.word_diff import Kind, Piece
from engine.text.documents import EncodingError, read_document, write_bytes
from gui.dialogs.version_list import moment
from gui.diff_view import DiffView
from gui.panels.widgets import button, choice, label
from gui.restoring import Place, places
from gui.themes import Theme

_LIST_WIDTH = 250


class BackupsDialog(QDialog):
    """Go through what was saved; `chosen` is what the writer wants back, places of the text as it is now."""

    def __init__(
        self,
        backups: Backups,
        file: Path | None,
        now: str,
        encoding_of: Callable[[Path], str],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        """Show the backups of `file`, whose text is `now`; those of all other files can be chosen."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Backups"))
        self.resize(900, 600)
        self.chosen: list[Place] = []
        self._backups = backups
        self._file = file
        self._now = now
        self._encoding_of = encoding_of
        self._read_only = False
        self._places: list[Place] = []
        self._number = 0
        self._files = choice(self.tr("File"))
        self._list = QListWidget()
        self._list.setObjectName("well")
        self._list.setAccessibleName(self.tr("Backups"))
        self._list.setMaximumWidth(_LIST_WIDTH)
        self.view = DiffView(theme)
        self._where = label("", "quiet", wraps=True)
        self._lay_out()
        for each in dict.fromkeys([*([file] if file else []), *backups.files()]):
            self._files.addItem(str(each), each)
        self._files.setEnabled(self._files.count() > 0)
        self._files.currentIndexChanged.connect(self._fill)
        self._list.currentRowChanged.connect(self._show)
        self._fill()
        self._list.setFocus()

    @property
    def entries(self) -> list[str]:
        """Return the lines of the list."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    @property
    def where(self) -> str:
        """Return what is said of the backup in view."""
        return self._where.text()

    def set_read_only(self, read_only: bool) -> None:
        """Say whether the text can only be read, so that nothing can be brought back into it."""
        self._read_only = read_only
        self._show()

    @Slot()
    def restore_all(self) -> None:
        """Bring back the whole text that is shown."""
        self.chosen = self._places
        self.accept()

    @Slot()
    def restore_place(self) -> None:
        """Bring back what stood at the change that is in view."""
        self.chosen = self._places[self._number : self._number + 1]
        self.accept()

    @Slot()
    def save_copy(self) -> None:
        """Let the writer choose where the backup goes, byte by byte."""
        backup, file = self._backup(), self._files.currentData()
        if backup is None:
            return
        when = QDateTime.fromSecsSinceEpoch(int(backup.at)).toString("yyyy-MM-dd HH.mm")
        folder = file.parent if file.parent.is_dir() else Path.home()
        suggestion = folder / f"{file.stem} {when}{file.suffix}"
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save a copy"), str(suggestion))
        if not name:
            return
        try:
            write_bytes(Path(name), backup.path.read_bytes())
        except StorageError as error:
            self._where.setText(str(error))
        except OSError as error:
            self._where.setText(self.tr("{0} cannot be read: {1}.").format(backup.path, error.strerror))
        else:
            self._where.setText(self.tr("Saved as {0}.").format(name))

    def _lay_out(self) -> None:
        self._folder = button(self.tr("Open the &folder"), self.tr("Backups are plain files that any program opens"))
        self._folder.clicked.connect(self._on_folder)
        self._beside = QCheckBox()
        self._beside.setToolTip(
            self.tr("Otherwise they lie in Penwright's own folder. Those that are there already stay where they are.")
        )
        self._beside.setChecked(self._backups.beside)
        self._beside.toggled.connect(self._on_beside)
        choosing = QHBoxLayout()
        choosing.addWidget(self._files, 1)
        choosing.addWidget(self._folder)
        texts = QHBoxLayout()
        texts.addWidget(self._list)
        texts.addWidget(self.view, 1)
        self._next = button(self.tr("&Next change"))
        self._next.clicked.connect(self._on_next)
        self._copy = button(self.tr("&Save a copy…"), self.tr("The backup as it is, in a place that you choose"))
        self._copy.clicked.connect(self.save_copy)
        self._one = button(self.tr("Bring back this &place"), self.tr("What is struck through at the change in view"))
        self._one.clicked.connect(self.restore_place)
        self._all = button(self.tr("Bring back &all"), self.tr("The whole text of this backup; one undo takes it back"))
        self._all.clicked.connect(self.restore_all)
        close = button(self.tr("&Close"))
        close.clicked.connect(self.reject)
        close.setDefault(True)
        row = QHBoxLayout()
        row.addWidget(self._next)
        row.addStretch(1)
        for each in (self._copy, self._one, self._all, close):
            row.addWidget(each)
        explained = self.tr(
            "Each save keeps a copy of the file, apart from the history: every one of the last hour, one an hour for a "
            "day, one a day for a month, one a week for a year. Struck through: only then. Underlined: only now."
        )
        layout = QVBoxLayout(self)
        layout.addWidget(label(explained, "quiet", wraps=True))
        layout.addLayout(choosing)
        layout.addLayout(texts, 1)
        layout.addWidget(self._where)
        layout.addWidget(self._beside)
        layout.addLayout(row)

    @Slot()
    def _fill(self) -> None:
        file = self._files.currentData()
        self._list.blockSignals(True)
        self._list.clear()
        for backup in self._backups.of(file) if file else []:
            item = QListWidgetItem(_line(backup))
            item.setData(Qt.ItemDataRole.UserRole, backup)
            item.setToolTip(str(backup.path))
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._list.blockSignals(False)
        self._folder.setEnabled(self._list.count() > 0)
        name = beside(file or Path(self.tr("story.txt"))).name
        shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _LIST_WIDTH).replace("&", "&&")
        self._beside.setText(self.tr("Keep backups &beside each file, in a folder such as “{0}”").format(shown))
        self._show()

    def _backup(self) -> Backup | None:
        item = self._list.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item else None

    @Slot()
    def _show(self) -> None:
        backup, mine = self._backup(), self._files.currentData() == self._file
        pieces: list[Piece] = []
        self._places, self._number, said = [], 0, ""
        if backup is None:
            said = self.tr("No backup of this text is there yet: the first save to a file makes one.")
        else:
            try:
                then = self._text(backup)
            except EngineError as error:
                said = str(error)
            else:
                pieces = readable_changes(then, self._now) if mine else [Piece(Kind.SAME, then)]
                self._places = places(pieces)
                said = self._said(mine=mine)
        self.view.show_pieces(pieces)
        self._where.setText(said)
        self._copy.setEnabled(backup is not None)
        self._next.setEnabled(len(self._places) > 1)
        for each in (self._one, self._all):
            each.setEnabled(bool(self._places) and not self._read_only)

    def _said(self, *, mine: bool) -> str:
        if not mine:
            return self.tr("To bring this back, save a copy, or open the file and come here again.")
        if not self._places:
            return self.tr("The same as now.")
        return self.tr("Change {0} of {1}").format(self._number + 1, len(self._places))

    def _text(self, backup: Backup) -> str:
        """Return what a backup holds. Raises EngineError."""
        encoding = self._encoding_of(self._files.currentData())
        try:
            return read_document(backup.path, encoding).text
        except EncodingError:
            if not encoding:
                raise
            return read_document(backup.path).text  # from before the file had that encoding

    @Slot()
    def _on_next(self) -> None:
        self._number = (self._number + 1) % len(self._places)
        self.view.mark(self._number)
        self._where.setText(self._said(mine=True))

    @Slot(bool)
    def _on_beside(self, on: bool) -> None:
        self._backups.beside = on

    @Slot()
    def _on_folder(self) -> None:
        backup = self._backup()
        folder = backup.path.parent if backup else self._backups.place(self._files.currentData())
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._where.setText(self.tr("No file manager answers: the backups lie in {0}.").format(folder))


def _line(backup: Backup) -> str:
    return f"{moment(backup.at)}  ·  {QLocale().formattedDataSize(backup.size)}"
