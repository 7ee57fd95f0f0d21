"""Every sampling setting, with a field made from what the engine says of it."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.errors import SettingsError
from engine.params import SamplingParams
from gui.dialogs.setting_field import SettingField, make_field
from gui.panels.widgets import label, plain_button

_GROUPS = (
    ("Choice of words", ("temperature", "top_k", "top_p", "min_p", "typical_p", "epsilon_cutoff", "eta_cutoff")),
    ("", ("top_n_sigma", "xtc_threshold", "xtc_probability", "mirostat_tau", "mirostat_eta")),
    ("Repetition", ("repetition_penalty", "presence_penalty", "frequency_penalty", "repetition_window")),
    ("", ("no_repeat_ngram", "dry_multiplier", "dry_base", "dry_allowed_length", "dry_window")),
    ("Search", ("beams", "length_penalty", "early_stopping", "contrastive_alpha", "contrastive_top_k")),
    ("Words", ("banned_phrases", "biased_words", "stop")),
    ("Length and chance", ("max_new_tokens", "seed")),
)


class AllSettingsDialog(QDialog):
    """Change any setting; `changed` holds those that differ from what preset and sliders say."""

    problem = Signal(str)

    def __init__(self, base: SamplingParams, changed: dict[str, Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("All settings"))
        self.resize(700, 640)
        self._base = base
        self._rows: dict[str, list[QWidget]] = {}
        self._fields: dict[str, SettingField] = {}
        self._names: dict[str, QLabel] = {}
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(self.tr("Find a setting"))
        self._filter.setAccessibleName(self.tr("Find a setting"))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._on_filter)
        self._problem = label("", wraps=True)
        self._problem.hide()
        kinds = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel | kinds.RestoreDefaults)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        restore = self._buttons.button(kinds.RestoreDefaults)
        restore.setText(self.tr("As the preset"))
        restore.clicked.connect(self.restore)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self._filter)
        layout.addWidget(self._page(changed), 1)
        layout.addWidget(self._problem)
        layout.addWidget(self._buttons)
        self._check()

    @property
    def changed(self) -> dict[str, Any]:
        """Return the settings that differ from what preset and sliders say, as plain values."""
        values = {name: field.value() for name, field in self._fields.items()}
        return {name: value for name, value in values.items() if value != getattr(self._base, name)}

    def field(self, name: str) -> SettingField:
        """Return the field of a setting."""
        return self._fields[name]

    @Slot()
    def restore(self) -> None:
        """Show what preset and sliders say."""
        for name, field in self._fields.items():
            field.set_value(getattr(self._base, name))

    def _page(self, changed: dict[str, Any]) -> QScrollArea:
        page = QWidget()
        page.setObjectName("page")
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 10, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        described = {field.name: field for field in dataclasses.fields(SamplingParams)}
        row = 0
        for title, names in _with_rest(tuple(described)):
            if title:
                grid.addWidget(label(self.tr(title), "section"), row, 0, 1, 4)
                grid.setRowMinimumHeight(row, 34)
                row += 1
            for name in names:
                self._add_row(grid, row, described[name], changed.get(name, getattr(self._base, name)))
                row += 1
        grid.setRowStretch(row, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        return area

    def _add_row(self, grid: QGridLayout, row: int, described: dataclasses.Field[Any], value: Any) -> None:
        name = described.name
        setting = described.metadata.get("setting")
        help_text = self.tr(setting.help if setting else described.metadata["help"])
        help_text = help_text[:1].upper() + help_text[1:]
        field = make_field(described, value)
        field.setAccessibleName(_title(name))
        field.setAccessibleDescription(help_text)
        field.changed.connect(self._check)
        back = plain_button("↺", self.tr("As the preset"))
        back.clicked.connect(lambda: field.set_value(getattr(self._base, name)))
        title = label(_title(name))
        title.setBuddy(field)
        explained = label(help_text, "quiet", wraps=True)
        for place, widget in enumerate((title, field, explained, back)):
            grid.addWidget(widget, row, place, Qt.AlignmentFlag.AlignVCenter if place != 2 else Qt.AlignmentFlag(0))
        self._fields[name], self._names[name] = field, title
        self._rows[name] = [title, field, explained, back]

    @Slot()
    def _check(self) -> None:
        changed = self.changed
        for name, title in self._names.items():
            font = title.font()
            font.setWeight(QFont.Weight.DemiBold if name in changed else QFont.Weight.Normal)
            title.setFont(font)
            self._rows[name][3].setEnabled(name in changed)
        try:
            dataclasses.replace(self._base, **changed)
            self._problem.hide()
        except SettingsError as error:
            self._problem.setText(str(error))
            self._problem.show()
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self._problem.isHidden())

    @Slot(str)
    def _on_filter(self, text: str) -> None:
        wanted = text.lower().split()
        for name, widgets in self._rows.items():
            described = f"{_title(name)} {widgets[1].accessibleDescription()}".lower()
            for widget in widgets:
                widget.setVisible(all(word in described for word in wanted))


def _title(name: str) -> str:
    short = {"xtc": "XTC", "dry": "DRY"}
    words = [short.get(word, word) for word in name.split("_")]
    title = " ".join(words).replace("top k", "top-k").replace("top p", "top-p").replace("min p", "min-p")
    return title[0].upper() + title[1:]


def _with_rest(names: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the groups, and whatever setting none of them names at the end."""
    grouped = {name for _, group in _GROUPS for name in group}
    rest = tuple(name for name in names if name not in grouped)
    return [*_GROUPS, ("Other", rest)] if rest else list(_GROUPS)
