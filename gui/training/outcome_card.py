"""How a training ended: kept or not, against what it was measured, where it lies, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from engine.events import TrainingOutcome
from gui.panels.widgets import button, label
from gui.training.score_bars import ScoreBars


class OutcomeCard(QFrame):
    """Show an outcome and offer what can be done next."""

    use_asked = Signal()
    delete_asked = Signal()
    another_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._title = label("", "headline", wraps=True)
        self._message = label("", wraps=True)
        self._measure = label("", "section")
        self._bars: ScoreBars | None = None
        self._bars_layout = QVBoxLayout()
        self._place = label("", "quiet", wraps=True)
        self._place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.use = button(self.tr("&Use it now"), self.tr("Chooses the model where it belongs"), "primary")
        self.another = button(self.tr("Train an&other"))
        self.delete = button(self.tr("&Delete it"))
        self._sure = False
        self._lay_out()
        self.use.clicked.connect(self.use_asked)
        self.another.clicked.connect(self.another_asked)
        self.delete.clicked.connect(self._on_delete)

    @property
    def words(self) -> str:
        """Return what is said."""
        scores = self._bars.words if self._bars else []
        return "\n".join([self._title.text(), self._message.text(), self._measure.text(), *scores, self._place.text()])

    def show_outcome(self, name: str, outcome: TrainingOutcome, notices: list[str]) -> None:
        """Show how the training of the model called `name` ended, and what was found out on the way."""
        kept = outcome.kept
        title = self.tr("{0} is ready") if kept else self.tr("{0} was not kept")
        if kept and _beaten(outcome):
            title = self.tr("{0} can be used, but is still weak")
        self._title.setText(title.format(name))
        self._message.setText("\n".join([outcome.message, *notices]))
        way = self.tr("lower is better") if outcome.lower_is_better else self.tr("higher is better")
        self._measure.setText(self.tr("On text it has not seen: {0}, {1}").format(outcome.measure, way))
        self._measure.setVisible(bool(outcome.measure))
        self._show_bars(name if kept else self.tr("{0} (new)").format(name), outcome)
        self._place.setText(self.tr("Stored in {0}").format(outcome.folder) if kept else "")
        self._place.setVisible(kept)
        self.use.setVisible(kept)
        self._set_sure(False)
        self.delete.setVisible(kept)

    def _show_bars(self, name: str, outcome: TrainingOutcome) -> None:
        if self._bars is not None:
            self._bars.hide()
            self._bars.deleteLater()
            self._bars = None
        if outcome.measure:
            self._bars = ScoreBars(name, outcome)
            self._bars_layout.addWidget(self._bars)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.use)
        row.addWidget(self.another)
        row.addStretch(1)
        row.addWidget(self.delete)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(self._title)
        layout.addWidget(self._message)
        layout.addSpacing(2)
        layout.addWidget(self._measure)
        layout.addLayout(self._bars_layout)
        layout.addWidget(self._place)
        layout.addLayout(row)

    @Slot()
    def _on_delete(self) -> None:
        """Delete at the second press: nothing brings the model back."""
        if self._sure:
            self.delete_asked.emit()
        self._set_sure(not self._sure)

    def _set_sure(self, sure: bool) -> None:
        self._sure = sure
        self.delete.setText(self.tr("&Delete it for good?") if sure else self.tr("&Delete it"))


def _beaten(outcome: TrainingOutcome) -> bool:
    """Tell whether anything that it was measured against does better."""
    sign = 1 if outcome.lower_is_better else -1
    return any(sign * baseline < sign * outcome.score for baseline in outcome.baselines.values())
