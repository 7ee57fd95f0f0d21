"""How a model shall be trained: its name, what it begins with, for how long, and what stays hidden."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from engine.events import Survey
from engine.languages import LANGUAGES
from engine.paths import data_dir
from engine.purposes import Purpose, TrainingRequest
from engine.runs import unfinished_runs
from gui.panels.widgets import choice, inset, label
from gui.training.start_box import StartBox
from gui.training.words import usual_name

_MOST_MINUTES = 10_000


class Wishes(QWidget):
    """The fields of step three."""

    changed = Signal()  # anything that bears on what is read or on how long it takes
    renamed = Signal()
    problem = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._purpose = Purpose.CONTINUE
        self._usual = ""
        self._name = QLineEdit()
        self._name.setAccessibleName(self.tr("Name of the model"))
        self._start = StartBox()
        self._lora = QCheckBox(self.tr("Adapters only (LoRA)"))
        self._lora.setToolTip(self.tr("Trains a small addition and leaves the model as it is: for large models"))
        self._minutes = QSpinBox()
        self._minutes.setRange(0, _MOST_MINUTES)
        self._minutes.setSingleStep(5)
        self._minutes.setSpecialValueText(self.tr("as suits the amount of text"))
        self._minutes.setSuffix(self.tr(" minutes at most"))
        self._minutes.setAccessibleName(self.tr("Time limit"))
        self._minutes.setToolTip(self.tr("It ends earlier when it learns nothing more"))
        inset(self._minutes)
        self._mask = QCheckBox(self.tr("Hide names, addresses and numbers"))
        self._mask.setToolTip(self.tr("The model never sees them, so it cannot repeat them"))
        self._source, self._target = self._language(self.tr("From")), self._language(self.tr("Into"))
        self._languages = QWidget()
        self._lay_out()
        self._connect()
        self.set_purpose(Purpose.CONTINUE)

    @property
    def name(self) -> str:
        """Return the name typed, without blanks around it."""
        return self._name.text().strip()

    @property
    def taken(self) -> bool:
        """Tell whether an unfinished training has the name already."""
        return any(run.name == self.name for run in unfinished_runs())

    @property
    def replaces(self) -> bool:
        """Tell whether a model has the name already."""
        return bool(self.name) and (data_dir() / "models" / self.name).is_dir()

    def set_purpose(self, purpose: Purpose) -> None:
        """Show what `purpose` needs; a name that was not typed follows."""
        if self._name.text() == self._usual:
            self._usual = _free_name(usual_name(purpose))
            self._name.setText(self._usual)
        self._purpose = purpose
        self._start.offer(purpose)
        self._show_state()

    def suggest_start(self, survey: Survey) -> None:
        """Begin with a translator of the direction read, or with a model of the language that most of the texts are in.

        Nothing changes where that is not known.
        """
        found = survey.languages
        if survey.pair or found:
            self._start.suggest(survey.pair or max(found, key=lambda code: found[code]))

    def refresh(self) -> None:
        """Take note of models and runs that have come or gone."""
        self.set_purpose(self._purpose)

    def request(self, files: tuple[str, ...]) -> TrainingRequest:
        """Return the training wished for. Raises SettingsError with what is missing."""
        translator = self._purpose is Purpose.TRANSLATE
        return TrainingRequest(
            purpose=self._purpose,
            files=files,
            name=self.name,
            start=self._start.start,
            lora=self._lora.isChecked() and bool(self._start.start),
            minutes=float(self._minutes.value()),
            mask=self._mask.isChecked(),
            source=self._source.currentData() if translator else "",
            target=self._target.currentData() if translator else "",
        )

    def _language(self, name: str) -> QComboBox:
        box = choice(name)
        box.addItem(self.tr("as detected"), "")
        for language in LANGUAGES.values():
            box.addItem(language.native, language.code)
        return box

    def _lay_out(self) -> None:
        pair = QHBoxLayout(self._languages)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.addWidget(self._source, 1)
        pair.addWidget(label(self.tr("into"), "quiet"))
        pair.addWidget(self._target, 1)
        self._languages_label = label(self.tr("Languages"))
        self._start_label = label(self.tr("Start from"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = (
            (label(self.tr("Name")), self._name),
            (self._languages_label, self._languages),
            (self._start_label, self._start),
            (None, self._lora),
            (label(self.tr("Time")), self._minutes),
            (None, self._mask),
        )
        for number, (title, field) in enumerate(rows):
            if title is not None:
                title.setBuddy(field)
                grid.addWidget(title, number, 0)
            grid.addWidget(field, number, 1)

    def _connect(self) -> None:
        self._name.textChanged.connect(self.renamed)
        self._start.chosen.connect(self._on_start)
        self._start.problem.connect(self.problem)
        for box in (self._lora, self._mask):
            box.toggled.connect(self.changed)
        self._minutes.valueChanged.connect(self.changed)
        for box in (self._source, self._target):
            box.currentIndexChanged.connect(self.changed)

    @Slot()
    def _on_start(self) -> None:
        self._show_state()
        self.changed.emit()

    def _show_state(self) -> None:
        self._lora.setEnabled(bool(self._start.start))
        for part in (self._start_label, self._start, self._lora):
            part.setVisible(self._start.offers)
        translator = self._purpose is Purpose.TRANSLATE
        self._languages.setVisible(translator)
        self._languages_label.setVisible(translator)


def _free_name(name: str) -> str:
    """Return `name`, with a number behind it where it is taken."""
    taken = {run.name for run in unfinished_runs()}
    number, free = 1, name
    while free in taken or (data_dir() / "models" / free).exists():
        number += 1
        free = f"{name} {number}"
    return free
