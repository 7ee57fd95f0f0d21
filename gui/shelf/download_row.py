"""A download as a row: its name, how far it is, how fast, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton

from engine.amounts import size_words
from gui.panels.cut_label import CutLabel
from gui.panels.widgets import button, column, label
from gui.shelf.downloads import Download, Downloads, Stage

_STEPS = 1000  # of a progress bar, which counts no more than 2,147,483,647
_WIDEST = 160  # pixels of a name below the text, where other things are said too


def gauge() -> QProgressBar:
    """Return a bar for `show_share`."""
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setRange(0, _STEPS)
    return bar


def show_share(bar: QProgressBar, done: int, total: int) -> None:
    """Show how much of `total` is done; nothing while that is not known."""
    bar.setValue(_STEPS * done // total if total else 0)
    bar.setAccessibleName(f"{100 * done // max(1, total)} %")


def lay_out_row(row: QFrame, title: str, bar: QProgressBar, words: QLabel, buttons: Sequence[QPushButton]) -> None:
    """Make `row` a card: the title and the buttons, the bar below them, then the words."""
    row.setObjectName("card")
    head = QHBoxLayout()
    head.addWidget(CutLabel(title, "title"), 1)
    for each in buttons:
        head.addWidget(each)
    layout = column(row, 4)
    layout.setContentsMargins(11, 6, 8, 7)
    layout.addLayout(head)
    layout.addWidget(bar)
    layout.addWidget(words)


class DownloadRow(QFrame):
    """Show one download; the buttons say which."""

    pause_asked = Signal(str)  # the repository
    resume_asked = Signal(str)
    cancel_asked = Signal(str)

    def __init__(self, item: Download) -> None:
        super().__init__()
        self._repo = item.repo
        self._bar, self._words = gauge(), label("", "quiet", wraps=True)
        self.pause, self.cancel = button(self.tr("Pause")), button(self.tr("Cancel"))
        for each, words in ((self.pause, self.tr("Pause or resume {0}")), (self.cancel, self.tr("Give up {0}"))):
            each.setAccessibleName(words.format(item.repo))
        lay_out_row(self, item.repo, self._bar, self._words, [self.pause, self.cancel])
        self.pause.clicked.connect(self._on_pause)
        self.cancel.clicked.connect(lambda: self.cancel_asked.emit(self._repo))
        self.show_item(item)

    @property
    def words(self) -> str:
        """Return what is said of the download."""
        return self._words.text()

    def show_item(self, item: Download) -> None:
        """Show how the download stands."""
        self._item = item
        show_share(self._bar, item.done, item.total)
        self._words.setText(self._told(item))
        failed = item.stage is Stage.FAILED
        if self._words.property("failed") != failed:
            self._words.setProperty("failed", failed)
            self._words.style().unpolish(self._words)
            self._words.style().polish(self._words)
        self.pause.setText(self.tr("Pause") if item.busy else self.tr("Resume"))
        self.pause.setEnabled(item.stage not in (Stage.PAUSING, Stage.CANCELLING))
        self.cancel.setEnabled(item.stage is not Stage.CANCELLING)

    def _told(self, item: Download) -> str:
        rests = self.tr("Paused at {0} of {1}").format(size_words(item.done), size_words(item.total))
        return {
            Stage.WAITING: self.tr("Waiting…"),
            Stage.RUNNING: item.words,
            Stage.PAUSING: self.tr("Pausing…"),
            Stage.PAUSED: rests if item.total else self.tr("Paused"),
            Stage.FAILED: item.words,
            Stage.CANCELLING: self.tr("Cancelling…"),
        }[item.stage]

    @Slot()
    def _on_pause(self) -> None:
        (self.pause_asked if self._item.busy else self.resume_asked).emit(self._repo)


class DownloadBadge(QFrame):
    """A download in the line below the text: how far it is; nothing while there is none."""

    def __init__(self, downloads: Downloads) -> None:
        super().__init__()
        self._downloads = downloads
        self._name, self._share = CutLabel("", "quiet"), label("", "quiet")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 14, 0)
        layout.setSpacing(6)
        layout.addWidget(self._name)
        layout.addWidget(self._share)
        downloads.changed.connect(self._show_state)
        downloads.progressed.connect(self._show_state)
        self._show_state()

    @property
    def words(self) -> str:
        """Return what there is room for."""
        return f"{self._name.shown} {self._share.text()}"

    @Slot()
    def _show_state(self) -> None:
        item = self._downloads.running
        self.setVisible(item is not None)
        if item is not None:
            self._name.setText(item.repo.rsplit("/", 1)[-1])
            self._name.setFixedWidth(min(_WIDEST, self._name.sizeHint().width()))
            self._share.setText(self.tr("{0} %").format(100 * item.done // max(1, item.total)))
            self.setToolTip("\n".join(filter(None, (item.repo, item.words))))
