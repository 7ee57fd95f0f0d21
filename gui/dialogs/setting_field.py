"""Fields for the kinds of value that settings have."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLineEdit, QPlainTextEdit, QSpinBox, QVBoxLayout, QWidget

from gui.panels.widgets import inset

_SPIN_LIMIT = 2**31 - 1
_WIDTH = 170


class SettingField(QWidget):
    """A field that shows one setting, whatever widget that takes."""

    changed = Signal()

    def __init__(self, widget: QWidget, read: Callable[[], Any], write: Callable[[Any], None]) -> None:
        super().__init__()
        self._read, self._write = read, write
        self.widget = widget
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(widget)
        self.setFocusProxy(widget)
        self.setFixedWidth(_WIDTH)

    def value(self) -> Any:
        """Return the value as the settings take it."""
        return self._read()

    def set_value(self, value: Any) -> None:
        """Show `value`."""
        self._write(value)

    def setAccessibleName(self, name: str) -> None:
        """Give the name to the widget that has the focus, too."""
        super().setAccessibleName(name)
        self.widget.setAccessibleName(name)


def make_field(described: dataclasses.Field[Any], value: Any) -> SettingField:
    """Return the field for a setting of SamplingParams, showing `value`."""
    setting = described.metadata.get("setting")
    if described.type == "bool":
        field = _flag()
    elif setting is None:
        field = _pairs() if described.name == "biased_words" else _lines()
    elif described.type == "int":
        field = _whole(int(setting.low), int(setting.high))
    else:
        field = _number(setting.low, setting.high)
    field.set_value(value)
    return field


def _flag() -> SettingField:
    box = QCheckBox()
    field = SettingField(box, box.isChecked, box.setChecked)
    box.toggled.connect(field.changed)
    return field


def _whole(low: int, high: int) -> SettingField:
    if high > _SPIN_LIMIT:
        return _long(low, high)
    box = _CalmSpinBox()
    box.setRange(low, high)
    field = SettingField(box, box.value, box.setValue)
    box.valueChanged.connect(field.changed)
    return field


def _long(low: int, high: int) -> SettingField:
    """Return a field for whole numbers too long for a spin box."""
    line = QLineEdit()
    line.setValidator(QRegularExpressionValidator(QRegularExpression(r"-?\d{1,19}"), line))

    def read() -> int:
        try:
            return max(low, min(high, int(line.text())))
        except ValueError:
            return low

    field = SettingField(line, read, lambda value: line.setText(str(value)))
    line.textChanged.connect(field.changed)
    return field


def _number(low: float, high: float) -> SettingField:
    box = _CalmDoubleSpinBox()
    # Enough digits to show a hundredth of the range, and two at least.
    digits = max(2, 2 - math.floor(math.log10(high)))
    box.setDecimals(digits)
    box.setRange(low, high)
    box.setSingleStep(10.0 ** -min(digits, 2) * 5 if high >= 0.5 else high / 10)

    exact = [0.0]

    def read() -> float:
        return exact[0] if round(exact[0], digits) == round(box.value(), digits) else box.value()

    def write(value: float) -> None:
        exact[0] = value  # sliders give more digits than are shown, and showing must not change the value
        box.setValue(value)

    field = SettingField(box, read, write)
    box.valueChanged.connect(field.changed)
    return field


def _lines() -> SettingField:
    edit = _text_edit()

    def read() -> tuple[str, ...]:
        lines = (line for line in edit.toPlainText().split("\n") if line)
        return tuple(line.replace("\\n", "\n") for line in lines)

    field = SettingField(
        edit, read, lambda value: edit.setPlainText("\n".join(text.replace("\n", "\\n") for text in value))
    )
    edit.textChanged.connect(field.changed)
    edit.setPlaceholderText(edit.tr("one a line"))
    return field


def _pairs() -> SettingField:
    edit = _text_edit()

    def read() -> tuple[tuple[str, float], ...]:
        pairs = []
        for line in edit.toPlainText().split("\n"):
            word, _, bias = line.rpartition("=")
            try:
                pairs.append((word.strip(), float(bias)))
            except ValueError:
                continue
        return tuple(pair for pair in pairs if pair[0])

    field = SettingField(
        edit, read, lambda value: edit.setPlainText("\n".join(f"{word} = {bias:g}" for word, bias in value))
    )
    edit.textChanged.connect(field.changed)
    edit.setPlaceholderText(edit.tr("word = 1.5, one a line"))
    return field


def _text_edit() -> QPlainTextEdit:
    edit = QPlainTextEdit()
    edit.setObjectName("field")
    edit.setTabChangesFocus(True)
    edit.setFixedHeight(3 * edit.fontMetrics().lineSpacing() + 16)
    return edit


class _CalmSpinBox(QSpinBox):
    """A spin box that a wheel passing over does not change."""

    def __init__(self) -> None:
        super().__init__()
        inset(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _CalmDoubleSpinBox(QDoubleSpinBox):
    """A spin box that a wheel passing over does not change."""

    def __init__(self) -> None:
        super().__init__()
        inset(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
