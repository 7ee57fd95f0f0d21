"""Where the writer's texts are kept, in plain words, with a list of what is there and a way to forget each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from engine.errors import StorageError
from engine.store.library import Card, Library
from gui.dialogs.questions import ask_to_forget
from gui.panels.widgets import button, label


class KeptTextsDialog(QDialog):
    """Say what is kept and list it; documents that are open here are named `open_here` and stay."""

    reopen_asked = Signal(object)  # Card
    forgotten = Signal(object)  # path of a file whose history is gone, None for a text without a file

    def __init__(self, library: Library, open_here: set[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Where your text is kept"))
        self.resize(620, 520)
        self._library = library
        self._open_here = open_here
        self._list = QListWidget()
        self._list.setObjectName("well")
        self._list.setAccessibleName(self.tr("Documents with a history"))
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._trouble = label("", wraps=True)
        self._open = button(self.tr("&Open"))
        self._forget = button(self.tr("&Forget…"), self.tr("Deletes the history, and text that was never saved"))
        close = button(self.tr("&Close"))
        self._open.clicked.connect(self._on_open)
        self._forget.clicked.connect(self._on_forget)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self._open)
        row.addWidget(self._forget)
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for sentence in self._sentences():
            layout.addWidget(label(sentence, wraps=True))
        layout.addWidget(label(self.tr("Documents with a history"), "section"))
        layout.addWidget(self._list, 1)
        layout.addWidget(self._trouble)
        layout.addLayout(row)
        self._list.currentRowChanged.connect(self._on_row)
        self._list.itemActivated.connect(self._on_open)
        self._fill()

    @property
    def entries(self) -> list[str]:
        """Return the lines of the list."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def _sentences(self) -> tuple[str, ...]:
        return (
            self.tr("Your text is in the file where you save it. Nothing but you saving changes that file."),
            self.tr(
                "Beside it, Penwright writes down every edit as you make it, in a folder that only you can read: {0}. "
                "So a crash loses nothing, a text need not be saved to be there tomorrow, and earlier versions can be "
                "brought back. Nothing of it leaves this machine."
            ).format(self._library.folder),
            self.tr(
                "Whenever you save, a copy of the file goes into {0}: plain files that any program opens, the fewer "
                "the older they are. File > Backups shows them, and can have them kept beside each file instead."
            ).format(self._library.folder.with_name("backups")),
            self.tr(
                "A private document (File menu) keeps edits only while it is open, and no copies: closing it deletes "
                "its history and earlier copies. A document forgotten here loses its history, copies and notes for "
                "ever; its file stays as it is."
            ),
            self.tr(
                "The words of an open project and of your notes on it are in a search index, in {0}. Closing the "
                "project deletes it."
            ).format(self._library.folder.with_name("projects")),
        )

    def _fill(self) -> None:
        self._list.clear()
        for card in reversed(self._library.cards()):
            item = QListWidgetItem(self._line(card))
            item.setData(Qt.ItemDataRole.UserRole, card)
            item.setToolTip(card.path)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._on_row(self._list.currentRow())

    def _line(self, card: Card) -> str:
        name = card.path or (f"“{card.title}”" if card.title else self.tr("Untitled"))
        state = ""
        if card.identity in self._open_here:
            state = self.tr("open here")
        elif card.unsaved:
            state = self.tr("not saved")
        size = self.tr("{0} kB").format(f"{max(1, self._library.size(card.identity) // 1000):,}")
        return "  ·  ".join(part for part in (name, size, state) if part)

    def _card(self) -> Card | None:
        item = self._list.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item else None

    @Slot(int)
    def _on_row(self, _row: int) -> None:
        card = self._card()
        free = card is not None and card.identity not in self._open_here
        self._open.setEnabled(free)
        self._forget.setEnabled(free)

    @Slot()
    def _on_open(self) -> None:
        card = self._card()
        if card is not None and card.identity not in self._open_here:
            self.accept()
            self.reopen_asked.emit(card)

    @Slot()
    def _on_forget(self) -> None:
        card = self._card()
        if card is None:
            return
        title = Path(card.path).name or card.title or self.tr("Untitled")
        if not ask_to_forget(self, title, unsaved=card.unsaved):
            return
        try:
            self._library.forget(card.identity)
        except StorageError as error:
            self._trouble.setText(str(error))
        else:
            self.forgotten.emit(Path(card.path) if card.path else None)
        self._fill()
