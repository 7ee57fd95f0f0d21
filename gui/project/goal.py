"""The session's words in the line below the text, and the question how many they shall be."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui.panels.widgets import inset, label, labelled_bar

_MOST = 100_000


class GoalGauge(QWidget):
    """Say how many words were written, with a thin bar that fills up to the goal."""

    def __init__(self) -> None:
        super().__init__()
        self._label, self._bar = labelled_bar(self, 56)
        self.setToolTip(self.tr("Words written since the window was opened"))
        self._narrow = False
        self._goal = 0

    @property
    def text(self) -> str:
        """Return what is said."""
        return self._label.text()

    def show_words(self, words: int, goal: int) -> None:
        """Say how far the session is; 0 is no goal, and without one nothing is said of a session without words."""
        self._goal = goal
        self._label.setText(
            self.tr("{0} of {1} written").format(f"{words:,}", f"{goal:,}")
            if goal
            else self.tr("{0} written").format(f"{words:,}")
        )
        self._bar.setRange(0, max(1, goal))
        self._bar.setValue(min(words, goal))
        self._bar.setAccessibleName(self._label.text())
        self._bar.setVisible(bool(goal) and not self._narrow)
        self.setVisible(bool(goal or words))

    def set_narrow(self, narrow: bool) -> None:
        """Leave out the bar where there is little room."""
        self._narrow = narrow
        self._bar.setVisible(bool(self._goal) and not narrow)


class GoalDialog(QDialog):
    """Ask for a goal, 0 for none."""

    def __init__(self, written: int, goal: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Session goal"))
        self._goal = QSpinBox()
        self._goal.setRange(0, _MOST)
        self._goal.setSingleStep(50)
        self._goal.setGroupSeparatorShown(True)
        self._goal.setSpecialValueText(self.tr("no goal"))
        self._goal.setSuffix(self.tr(" words"))
        self._goal.setValue(goal)
        self._goal.setAccessibleName(self.tr("Words to write in a session"))
        inset(self._goal)
        self.starts_over = False
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        self.over = buttons.addButton(self.tr("Start over"), QDialogButtonBox.ButtonRole.ResetRole)
        self.over.setToolTip(self.tr("Counts from 0 again"))
        self.over.setEnabled(written > 0)
        self.over.clicked.connect(self._on_over)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        sentence = self.tr(
            "{0} words written since the window was opened. A model's words count once you accept or edit them."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(12)
        layout.addWidget(label(sentence.format(f"{written:,}"), wraps=True))
        layout.addWidget(self._goal)
        layout.addWidget(buttons)
        self.setMinimumWidth(380)
        self._goal.setFocus()
        self._goal.selectAll()

    @property
    def goal(self) -> int:
        """Return the goal chosen, 0 for none."""
        return self._goal.value()

    def _on_over(self) -> None:
        self.starts_over = True
        self.accept()
