"""The history of a document: its versions, every edit between them, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from engine.errors import StorageError
from engine.store.changes import readable_changes
from engine.store.milestones import sessions
from engine.store.scrubber import Scrubber
from gui.dialogs.version_list import VersionList, moment
from gui.diff_view import DiffView
from gui.document_journal import DocumentJournal
from gui.panels.widgets import CalmSlider, button, label
from gui.raw_text import from_document
from gui.restoring import Place, nearest, places
from gui.themes import Theme
from gui.timers import after

_PAUSE = 15  # milliseconds; the text is shown once for all that the slider did within it


class TimelineDialog(QDialog):
    """Go through a document's history; `chosen` is what the writer wants back, places of the text as it is now."""

    def __init__(self, title: str, kept: DocumentJournal, now: str, theme: Theme, parent: QWidget) -> None:
        """Show the history of `kept` beside the text `now`. Raises StorageError."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Timeline of {0}").format(title))
        self.resize(900, 600)
        self.chosen: list[Place] = []
        self._kept = kept
        self._now = now
        self._scrubber = Scrubber(kept.journal, kept.ask)
        self._places: list[Place] = []
        self._number = 0
        self._moment = ""  # when the edit in view was made
        self._versions = VersionList()
        self.view = DiffView(theme)
        self.slider = CalmSlider()
        self.slider.setRange(0, self._scrubber.last)
        self.slider.setPageStep(max(10, self._scrubber.last // 50))
        self.slider.setAccessibleName(self.tr("Edit"))
        self._where = label("", "quiet", wraps=True)
        self._name = QLineEdit()
        self._name.setPlaceholderText(self.tr("Name for the text as it is now"))
        self._name.setAccessibleName(self.tr("Name for the text as it is now"))
        self._due = after(self, _PAUSE, self._show)
        self._lay_out()
        self.slider.setValue(self._scrubber.last)
        self._fill()
        self.slider.valueChanged.connect(self._on_slid)
        self._versions.version_chosen.connect(self.slider.setValue)
        self.view.clicked.connect(self._go_to)
        self.slider.setFocus()
        self._show()

    @property
    def versions(self) -> list[str]:
        """Return the lines of the list."""
        return self._versions.lines

    @property
    def where(self) -> str:
        """Return what is said of the text in view."""
        return self._where.text()

    def go(self, number: int) -> None:
        """Show the text after an edit at once."""
        self.slider.setValue(number)
        self._due.stop()
        self._show()

    @Slot()
    def keep_version(self) -> None:
        """Make the text as it is now a version with the name that the writer gave it."""
        name = self._name.text().strip()
        if name:
            self._kept.mark("milestone", name)
            self._name.clear()
            self._fill()

    @Slot()
    def restore_all(self) -> None:
        """Bring back the whole text that is shown."""
        self.chosen = self._places
        self.accept()

    @Slot()
    def restore_place(self) -> None:
        """Bring back what stood at the changes that are selected, or else at the one that is marked."""
        selected = self.view.selected()
        self.chosen = [self._places[number] for number in selected or [self._number]]
        self.accept()

    def _lay_out(self) -> None:
        texts = QHBoxLayout()
        texts.addWidget(self._versions, 2)
        texts.addWidget(self.view, 3)
        naming = QHBoxLayout()
        keep = button(self.tr("&Keep as a version"), self.tr("Whatever is in view: the text as it is now"))
        keep.clicked.connect(self.keep_version)
        self._name.returnPressed.connect(self.keep_version)
        naming.addWidget(self._name, 1)
        naming.addWidget(keep)
        row = QHBoxLayout()
        self._next = button(self.tr("&Next change"))
        self._next.clicked.connect(self._on_next)
        tip = self.tr("What is struck through in the selection, or at the change that is marked")
        self._one = button(self.tr("Bring back this &place"), tip)
        self._one.clicked.connect(self.restore_place)
        self._all = button(
            self.tr("Bring back &all"), self.tr("The whole text of this version; one undo takes it back")
        )
        self._all.clicked.connect(self.restore_all)
        close = button(self.tr("&Close"))
        close.clicked.connect(self.reject)
        close.setDefault(True)
        row.addWidget(self._next)
        row.addStretch(1)
        for each in (self._one, self._all, close):
            row.addWidget(each)
        layout = QVBoxLayout(self)
        layout.addWidget(label(self.tr("Struck through: only then. Underlined: only now."), "quiet"))
        layout.addLayout(texts, 1)
        layout.addWidget(self.slider)
        layout.addWidget(self._where)
        layout.addLayout(naming)
        layout.addLayout(row)

    def _fill(self) -> None:
        versions = self._kept.ask(self._kept.journal.versions)
        self._versions.show_sessions(sessions(versions, self._scrubber.last, self._scrubber.time_of(1)))
        self._versions.follow(self.slider.value())

    @Slot()
    def _show(self) -> None:
        number = self.slider.value()
        self._versions.follow(number)
        try:
            then = from_document(self._scrubber.go(number))
            edited = len(from_document(self._scrubber.before()))
            self._moment = moment(self._scrubber.time_of(number))
        except StorageError as error:
            self._where.setText(str(error))
            return
        pieces = readable_changes(then, self._now)
        self._places = places(pieces)
        self.view.show_pieces(pieces)
        self._next.setEnabled(len(self._places) > 1)
        for each in (self._one, self._all):
            each.setEnabled(bool(self._places))
        self._go_to(nearest(pieces, edited))

    @Slot(int)
    def _go_to(self, number: int) -> None:
        """Bring a change into view and say which it is."""
        self._number = number
        total = len(self._places)
        if total:
            self.view.mark(number)
        changes = self.tr("change {0} of {1}").format(number + 1, f"{total:,}") if total else self.tr("the same as now")
        words = self.tr("Edit {0} of {1}").format(f"{self.slider.value():,}", f"{self._scrubber.last:,}")
        self._where.setText("  ·  ".join(part for part in (words, self._moment, changes) if part))

    @Slot()
    def _on_slid(self) -> None:
        if not self._due.isActive():  # while it is dragged, too
            self._due.start()

    @Slot()
    def _on_next(self) -> None:
        self._go_to((self._number + 1) % len(self._places))
