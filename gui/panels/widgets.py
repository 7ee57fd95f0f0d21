"""Small widgets made the same way everywhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter  # where numbers stand below each other


def label(text: str = "", role: str = "", *, wraps: bool = False) -> QLabel:
    """Return a label; `role` is a name that the style sheet knows: quiet, title, section."""
    made = QLabel(text)
    made.setObjectName(role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if wraps:
        made.setWordWrap(True)
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return made


def button(text: str, tip: str = "", role: str = "") -> QPushButton:
    """Return a push button; `role` is a name that the style sheet knows: primary, link."""
    made = QPushButton(text)
    made.setObjectName(role)
    made.setToolTip(tip)
    made.setAutoDefault(False)
    return made


def plain_button(text: str, name: str) -> QToolButton:
    """Return a small button without a frame; `name` is read out and shown as a tip."""
    made = QToolButton()
    made.setText(text)
    made.setObjectName("plain")
    made.setToolTip(name)
    made.setAccessibleName(name)
    return made


def labelled_bar(owner: QWidget, width: int) -> tuple[QLabel, QProgressBar]:
    """Fill `owner`, a part of the line below the text, with a quiet label and a thin bar of `width` pixels."""
    said, bar = label("", "quiet"), QProgressBar()
    bar.setTextVisible(False)
    bar.setFixedWidth(width)
    layout = QHBoxLayout(owner)
    layout.setContentsMargins(0, 0, 14, 0)
    layout.setSpacing(8)
    layout.addWidget(said)
    layout.addWidget(bar)
    owner.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    return said, bar


class CalmBox(QComboBox):
    """A box to choose from that shrinks with its panel, and that scrolling past does not change."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel."""
        event.ignore()


class CalmSlider(QSlider):
    """A horizontal slider that scrolling past does not move."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel."""
        event.ignore()


def choice(name: str) -> QComboBox:
    """Return a box to choose from."""
    made = CalmBox()
    made.setAccessibleName(name)
    return made


def inset(box: QAbstractSpinBox) -> None:
    """Keep the number of a spin box off its border, which a style sheet cannot."""
    box.lineEdit().setTextMargins(5, 0, 0, 0)


def column(owner: QWidget, spacing: int = 8) -> QVBoxLayout:
    """Give `owner` an upright layout without margins."""
    layout = QVBoxLayout(owner)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return layout


def form_grid(owner: QWidget) -> QGridLayout:
    """Give `owner` a layout of captions and, in the wider column, their fields, without margins."""
    grid = QGridLayout(owner)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(10)
    grid.setColumnStretch(1, 1)
    return grid


def once_at(box: QComboBox, value: str) -> None:
    """Choose the entry that stands for `value`, the first one where there is none."""
    box.setCurrentIndex(max(0, box.findData(value)))
