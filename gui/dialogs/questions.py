"""Questions that must be answered before something can go on."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QMessageBox, QPlainTextEdit, QVBoxLayout, QWidget

from gui.panels.widgets import label

_PREVIEW = 2000  # bytes


class Answer(Enum):
    """What to do with changes that are not saved."""

    SAVE = 1
    DISCARD = 2
    CANCEL = 3


def ask_to_save(parent: QWidget, title: str) -> Answer:
    """Ask what to do with the changes in the document called `title`."""
    box = QMessageBox(parent)
    box.setWindowTitle("Penwright")
    box.setText(box.tr("Save the changes in {0}?").format(title))
    box.setInformativeText(box.tr("Otherwise they are lost."))
    buttons = QMessageBox.StandardButton
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.setDefaultButton(buttons.Save)
    chosen = box.exec()
    return {buttons.Save: Answer.SAVE, buttons.Discard: Answer.DISCARD}.get(buttons(chosen), Answer.CANCEL)


def ask_to_forget(parent: QWidget, title: str, *, unsaved: bool) -> bool:
    """Ask whether the history of the document called `title` shall go, and with it what was never saved."""
    box = QMessageBox(parent)
    box.setWindowTitle("Penwright")
    box.setText(box.tr("Forget the history of {0}?").format(title))
    box.setInformativeText(
        box.tr("It holds text that was never saved, which is lost for ever.")
        if unsaved
        else box.tr("Earlier versions and backups can no longer be brought back. The file stays as it is.")
    )
    forget = box.addButton(box.tr("Forget"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    return box.clickedButton() is forget


class EncodingDialog(QDialog):
    """Let the writer choose how the bytes of a file are to be read, the likeliest first, with a look at the outcome."""

    def __init__(self, path: Path, encodings: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Which encoding?"))
        self.resize(560, 420)
        with path.open("rb") as file:
            self._data = file.read(_PREVIEW)
        self._choices = QListWidget()
        self._choices.setAccessibleName(self.tr("Encodings"))
        self._choices.addItems(list(encodings))
        self._preview = QPlainTextEdit(readOnly=True)
        self._preview.setObjectName("field")
        self._preview.setAccessibleName(self.tr("How the text would look"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(
            label(self.tr("{0} is not UTF-8. Choose the encoding that shows it right:").format(path.name), wraps=True)
        )
        layout.addWidget(self._choices, 2)
        layout.addWidget(self._preview, 3)
        layout.addWidget(buttons)
        self._choices.currentTextChanged.connect(self._show)
        self._choices.itemDoubleClicked.connect(self.accept)
        self._choices.setCurrentRow(0)

    def showEvent(self, event: QShowEvent) -> None:
        """Lay the rows out anew: they were measured before the theme dressed them, and would overlap."""
        super().showEvent(event)
        self._choices.doItemsLayout()

    @property
    def encoding(self) -> str:
        """Return the encoding chosen."""
        item = self._choices.currentItem()
        return item.text() if item else ""

    def _show(self, encoding: str) -> None:
        self._preview.setPlainText(self._data.decode(encoding, errors="ignore"))
