"""How a mode's text is made: model, preset, three sliders, and the way to all other settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from engine.catalog import ModelEntry
from engine.modes import Mode
from engine.params import SamplingParams
from engine.presets import apply_sliders, load_presets, preset_faults
from gui.panels.model_box import ModelBox
from gui.panels.widgets import CalmSlider, button, choice, column, label, once_at
from gui.servers import is_server
from gui.settings import ModeSettings


class GenerationControls(QWidget):
    """Let the writer choose, and keep what was chosen in the mode's settings."""

    all_settings_asked = Signal()
    better_asked = Signal()
    model_chosen = Signal(str)
    problem = Signal(str)

    def __init__(self, mode: Mode, remembered: ModeSettings, models: list[ModelEntry]) -> None:
        super().__init__()
        self._mode = mode
        self._remembered = remembered
        self._presets, self.fault = load_presets(mode), " ".join(preset_faults())
        self._model = ModelBox(mode, remembered, models)
        self.fault = self.fault or self._model.fault
        self._preset = choice(self.tr("Preset"))
        self._fill_presets()
        self._all = button(self.tr("All settings…"), self.tr("Every sampling setting"), "link")
        self._reset = button(self.tr("Reset"), self.tr("Go back to the preset and the middle of the sliders"), "link")
        self._changes = label("", "quiet")
        self._strength = label("", "quiet", wraps=True)
        self._better = button(self.tr("Better models…"), self.tr("Find and fetch larger models"), "link")
        self._captions: list[QLabel] = []
        self._lay_out()
        self._show_strength()
        self._model.chosen.connect(self.model_chosen)
        self._model.chosen.connect(self._show_strength)
        self._better.clicked.connect(self.better_asked)
        self._model.problem.connect(self.problem)
        self._preset.currentIndexChanged.connect(self._on_preset)
        self._all.clicked.connect(self.all_settings_asked)
        self._reset.clicked.connect(self.reset)
        self._show_changes()

    @property
    def model(self) -> str:
        """Return the model's id or folder, "" for the mode's usual one, as where a server is chosen."""
        return "" if is_server(self.choice) else self.choice

    @property
    def choice(self) -> str:
        """Return what is chosen: a model, or a server by its name."""
        return self._remembered.model

    @property
    def served(self) -> bool:
        """Tell whether there is a model, or a server, that can do this at all."""
        return bool(self.choice) or self._model.serves

    @property
    def preset(self) -> str:
        """Return the name of the preset."""
        return self._preset.currentData() or ""

    def choose_model(self, name: str) -> None:
        """Change to the model with the id or in the folder `name`."""
        self._model.choose(name)

    def refresh_models(self, models: list[ModelEntry]) -> None:
        """Offer the models that there are now."""
        self._model.refresh(models)
        self._show_strength()

    def usual_models(self, text: str) -> list[ModelEntry]:
        """Return the models of which Automatic takes one to go on from the end of `text`."""
        return self._model.usual(text)

    @property
    def installed(self) -> set[str]:
        """Return the ids of the installed models that serve the mode."""
        return self._model.ids

    def show_text(self, text: str) -> None:
        """Say what Automatic stands for where the text before the caret is `text`."""
        self._model.show_text(text)
        self._show_strength()

    def ask_model(self) -> None:
        """Let the writer choose a model's folder."""
        self._model.ask()

    def ask_model_file(self) -> None:
        """Let the writer choose a GGUF file."""
        self._model.ask_file()

    def params(self) -> SamplingParams:
        """Return the settings as they stand. Raises SettingsError where they contradict each other."""
        return replace(self.base(), **self._remembered.changed)

    def base(self) -> SamplingParams:
        """Return what preset and sliders say, without what was changed by hand."""
        preset = self._presets.get(self._remembered.preset) or next(iter(self._presets.values()), None)
        params = preset.params if preset else SamplingParams()
        held = self._remembered
        return apply_sliders(params, held.surprise / 100, held.repetition / 100, held.length / 100)

    @property
    def caption_width(self) -> int:
        """Return how wide the column of captions is, in pixels, for a form above to stand in line with it."""
        return max(caption.sizeHint().width() for caption in self._captions)

    @property
    def changed(self) -> dict[str, Any]:
        """Return what was changed by hand."""
        return dict(self._remembered.changed)

    def set_changed(self, changed: dict[str, Any]) -> None:
        """Keep what the writer set by hand."""
        self._remembered.changed = dict(changed)
        self._show_changes()

    @Slot()
    def reset(self) -> None:
        """Go back to the preset alone."""
        self._remembered.changed = {}
        for slider in self._sliders:
            slider.setValue(0)
        self._show_changes()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        about = QVBoxLayout()
        about.setSpacing(2)
        about.addWidget(self._strength)
        about.addWidget(self._better, 0, Qt.AlignmentFlag.AlignRight)
        grid.addLayout(about, 1, 0, 1, 3)
        for row, name, box in ((0, self.tr("Model"), self._model), (2, self.tr("Preset"), self._preset)):
            grid.addWidget(self._caption(name), row, 0)
            grid.addWidget(box, row, 1, 1, 2)
        self._sliders = [self._slider(grid, row, *words) for row, words in enumerate(self._slider_words(), start=3)]
        foot = QHBoxLayout()
        foot.addWidget(self._all)
        foot.addStretch(1)
        foot.addWidget(self._changes)
        foot.addWidget(self._reset)
        layout = column(self)
        layout.addLayout(grid)
        layout.addLayout(foot)

    def _caption(self, text: str) -> QLabel:
        self._captions.append(label(text))
        return self._captions[-1]

    def _slider_words(self) -> tuple[tuple[str, str, str], ...]:
        return (
            ("surprise", self.tr("Surprise"), self.tr("Left: the expected word. Right: bolder words.")),
            ("repetition", self.tr("Repetition"), self.tr("Left: avoid what was said. Right: let it come again.")),
            ("length", self.tr("Length"), self.tr("Left: shorter. Right: longer.")),
        )

    def _slider(self, grid: QGridLayout, row: int, name: str, title: str, tip: str) -> QSlider:
        slider = CalmSlider()
        slider.setRange(-100, 100)
        slider.setSingleStep(5)
        slider.setPageStep(25)
        slider.setAccessibleName(title)
        slider.setAccessibleDescription(tip)
        slider.setToolTip(tip)
        slider.setMinimumWidth(60)
        shown = label("", "quiet")
        shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        shown.setFixedWidth(shown.fontMetrics().horizontalAdvance("+100") + 2)
        grid.addWidget(self._caption(title), row, 0)
        grid.addWidget(slider, row, 1)
        grid.addWidget(shown, row, 2)
        slider.setValue(getattr(self._remembered, name))
        _show_value(shown, slider.value())
        slider.valueChanged.connect(lambda value: self._on_slider(name, shown, value))
        return slider

    def _on_slider(self, name: str, shown: QLabel, value: int) -> None:
        setattr(self._remembered, name, value)
        _show_value(shown, value)
        self._show_changes()

    @Slot()
    def _show_strength(self) -> None:
        """Say what the model is good for, where anything is said; a larger one can always be looked for."""
        strength = self._model.strength
        self._strength.setText(strength[:1].upper() + strength[1:])
        self._strength.setVisible(bool(strength))

    @Slot()
    def _on_preset(self) -> None:
        self._remembered.preset = self._preset.currentData() or ""
        self._show_changes()

    def _fill_presets(self) -> None:
        for preset in self._presets.values():
            self._preset.addItem(preset.title, preset.name)
        once_at(self._preset, self._remembered.preset)

    def _show_changes(self) -> None:
        count = len(self._remembered.changed)
        moved = any((self._remembered.surprise, self._remembered.repetition, self._remembered.length))
        self._changes.setText(self.tr("{0} changed").format(count) if count else "")
        self._reset.setVisible(bool(count or moved))


def _show_value(shown: QLabel, value: int) -> None:
    shown.setText(f"{value:+d}".replace("-", "−") if value else "0")
