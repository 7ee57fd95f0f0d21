"""The versions of a text by the sessions in which they were made, the latest first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from engine.store.milestones import Session, Version

_WIDTH = 290
_EDIT = Qt.ItemDataRole.UserRole
_INDENT = "\u2003"


class VersionList(QListWidget):
    """List sessions, each with its versions below; a line stands for the text as of an edit."""

    version_chosen = Signal(int)  # number of an edit

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("well")
        self.setAccessibleName(self.tr("Versions"))
        self.setMinimumWidth(120)
        self.setMaximumWidth(_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._on_current)
        # Also the line that is current since the slider went by, without having been chosen.
        self.itemClicked.connect(self._on_current)
        self.itemActivated.connect(self._on_current)

    @property
    def lines(self) -> list[str]:
        """Return what the list says."""
        return [self.item(row).text() for row in range(self.count())]

    def show_sessions(self, sessions: Sequence[Session]) -> None:
        """List the sessions, given in order, the latest first."""
        self.blockSignals(True)
        self.clear()
        for session in reversed(sessions):
            self._add(self._title(session), session.last, bold=True)
            for version in reversed(session.versions):
                self._add(_INDENT + self._line(version, session.began), version.edit, bold=False)
        self._add(self.tr("The beginning"), 0, bold=True)
        self.blockSignals(False)

    def follow(self, number: int) -> None:
        """Show which line is the last at or before an edit, without choosing it."""
        rows = [row for row in range(self.count()) if self.item(row).data(_EDIT) <= number]
        best = max(rows, key=lambda row: (self.item(row).data(_EDIT), row == self.currentRow(), -row), default=-1)
        self.blockSignals(True)
        self.setCurrentRow(best)
        self.blockSignals(False)

    def _add(self, text: str, edit: int, *, bold: bool) -> None:
        item = QListWidgetItem(text)
        item.setData(_EDIT, edit)
        item.setToolTip(text.strip())
        font = item.font()
        font.setBold(bold)
        item.setFont(font)
        self.addItem(item)

    def _title(self, session: Session) -> str:
        edits = self.tr("1 edit") if session.edits == 1 else self.tr("{0} edits").format(f"{session.edits:,}")
        return "  ·  ".join(part for part in (moment(session.began), edits) if part)

    def _line(self, version: Version, began: float) -> str:
        reasons = {"saved": self.tr("saved"), "generation": self.tr("before generating")}
        reason = version.name or reasons.get(version.reason, version.reason)
        return f"{moment(version.at, began)}  ·  {reason}"

    @Slot(QListWidgetItem)
    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.version_chosen.emit(item.data(_EDIT))


def moment(at: float, day_of: float = 0.0) -> str:
    """Return a time as the writer's country writes it, without the day where another's is the same; "" for none."""
    if not at:
        return ""
    time, locale = QDateTime.fromSecsSinceEpoch(int(at)), QLocale()
    same_day = day_of and time.date() == QDateTime.fromSecsSinceEpoch(int(day_of)).date()
    if locale.language() is QLocale.Language.C:  # whose own form, "27 11 2026", nobody writes
        return time.toString("hh:mm" if same_day else "yyyy-MM-dd hh:mm")
    return locale.toString(time.time() if same_day else time, QLocale.FormatType.ShortFormat)
