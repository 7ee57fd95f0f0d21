"""The three steps to a training on one page, beside them what was read, below them the estimate and Start."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from engine.errors import SettingsError
from engine.events import Survey
from engine.purposes import Purpose, TrainingRequest
from gui.panels.widgets import button, column, label
from gui.timers import after
from gui.training.files_box import FilesBox
from gui.training.purpose_cards import PurposeCards
from gui.training.survey_view import SurveyView
from gui.training.training import Training
from gui.training.wishes import Wishes
from gui.training.words import SHORT, duration, size

_BESIDE = 860  # pixels; with less the survey goes below the steps
_PATIENCE = 400  # milliseconds after the last change before files are read again


class SetupPage(QWidget):
    """Gather what a training needs, and look at the files at once."""

    start_asked = Signal(object)  # TrainingRequest

    def __init__(self, training: Training) -> None:
        super().__init__()
        self._training = training
        self._beside = True
        self._survey: Survey | None = None
        self._problem = ""  # with a field
        self._failure = ""  # of the latest look
        self._note = ""  # how far it is
        self.purposes, self.files, self.wishes, self.view = PurposeCards(), FilesBox(), Wishes(), SurveyView()
        self._foot = label("", "quiet", wraps=True)
        self.start = button(self.tr("&Start training"), role="primary")
        self._delay = after(self, _PATIENCE, self._look)
        self._lay_out()
        self._connect()
        self._show_state()

    @property
    def words(self) -> str:
        """Return what the line beside Start says."""
        return self._foot.text()

    def refresh(self) -> None:
        """Begin anew with the same files, aware of models that have come or gone."""
        self.wishes.refresh()
        self._on_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the survey beside the steps where there is room."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._beside = beside
        self._show_state()
        self.purposes.fit((self.width() * 3 // 5 if beside else self.width()) - 60)

    def _lay_out(self) -> None:
        page = QWidget()
        page.setObjectName("page")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._columns.setContentsMargins(24, 18, 24, 18)
        self._columns.setSpacing(28)
        self._columns.addWidget(self._steps(), 3)
        self._columns.addWidget(self._reading(), 2)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        foot = QFrame()
        foot.setObjectName("strip")
        row = QHBoxLayout(foot)
        row.setContentsMargins(24, 11, 24, 11)
        row.setSpacing(20)
        row.addWidget(self._foot, 1)
        row.addWidget(self.start)
        layout = column(self, 0)
        layout.addWidget(scroll, 1)
        layout.addWidget(foot)

    def _steps(self) -> QWidget:
        made = QWidget()
        layout = column(made, 8)
        steps = (
            (self.tr("1  What shall it learn?"), self.purposes),
            (self.tr("2  From which texts?"), self.files),
            (self.tr("3  How?"), self.wishes),
        )
        for number, (title, part) in enumerate(steps):
            if number:
                layout.addSpacing(12)
            layout.addWidget(label(title, "headline"))
            layout.addWidget(part)
        layout.addStretch(1)
        return made

    def _reading(self) -> QWidget:
        made = QWidget()
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        layout = column(made, 8)
        layout.addWidget(label(self.tr("What was read"), "headline"))
        panel = QFrame()
        panel.setObjectName("panel")
        inner = QVBoxLayout(panel)
        inner.setContentsMargins(16, 14, 16, 14)
        inner.addWidget(self.view)
        layout.addWidget(panel, 1)
        return made

    def _connect(self) -> None:
        self.purposes.chosen.connect(self._on_purpose)
        self.files.changed.connect(self._on_changed)
        self.wishes.changed.connect(self._on_changed)
        self.wishes.renamed.connect(self._show_state)
        self.wishes.problem.connect(self._on_problem)
        self.start.clicked.connect(self._on_start)
        self._training.surveyed.connect(self._on_survey)
        self._training.looked.connect(self._on_looked)
        self._training.look_failed.connect(self._on_look_failed)

    @Slot(object)
    def _on_purpose(self, purpose: Purpose) -> None:
        self.wishes.set_purpose(purpose)
        self._on_changed()

    @Slot()
    def _on_changed(self) -> None:
        self._survey, self._problem, self._failure, self._note = None, "", "", ""
        self._training.stop_looking()
        if self.files.paths:
            self.view.show_reading()
            self._delay.start()
        else:
            self.view.show_hint()
            self._delay.stop()
        self._show_state()

    @Slot()
    def _look(self) -> None:
        request = self._request(named=False)
        if request is not None and not self._training.busy:
            self._training.look(request)

    @Slot(object)
    def _on_survey(self, survey: Survey) -> None:
        self._survey = survey
        self.view.show_survey(survey, self.purposes.purpose)
        self.wishes.suggest_start(survey)
        self._show_state()

    @Slot(str)
    def _on_looked(self, note: str) -> None:
        if self._survey is None:
            self._note = note
            self.view.show_reading(note)
            self._show_state()

    @Slot(str)
    def _on_look_failed(self, sentence: str) -> None:
        self._survey, self._failure = None, sentence
        self.view.show_problem(sentence)
        self._show_state()

    @Slot(str)
    def _on_problem(self, sentence: str) -> None:
        self._problem = sentence
        self._show_state()

    @Slot()
    def _on_start(self) -> None:
        request = self._request(named=True)
        if request is not None:
            self.start_asked.emit(request)

    def _request(self, *, named: bool) -> TrainingRequest | None:
        """Return the request as it stands; a look needs no name."""
        try:
            return self.wishes.request(self.files.paths)
        except SettingsError as error:
            if named or self.wishes.name:
                self._on_problem(str(error))
            return None

    @Slot()
    def _show_state(self) -> None:
        obstacle = self._obstacle()
        self.start.setEnabled(not obstacle and self._survey is not None)
        reading = "" if self._beside else self._failure or self._reading_words()  # which is far down then
        self._foot.setText(self._problem or obstacle or reading or self._estimate())

    def _reading_words(self) -> str:
        """Return how far the reading is while there is nothing to show of it, "" where it has come to something."""
        if self._survey is not None or not self.files.paths:
            return ""
        return f"{self._note[:1].upper()}{self._note[1:]}…" if self._note else self.tr("Reading…")

    def _obstacle(self) -> str:
        """Return why Start does not answer yet."""
        if not self.files.paths:
            return self.tr("Add the texts that the model shall learn from.")
        if self.wishes.taken:
            return self.tr(
                "A training called {0} is not finished: resume it from the Train menu, or choose another name."
            ).format(self.wishes.name)
        try:
            self.wishes.request(self.files.paths)
        except SettingsError as error:
            return str(error)
        return ""

    def _estimate(self) -> str:
        if self._survey is None:
            return ""
        parts = [] if self._beside else [self.tr("{0} words were read.").format(f"{self._survey.words:,}")]
        if self._survey.seconds:
            most = self.tr("This takes {0} at most, less where nothing more is learnt.")
            said = most if self._survey.seconds >= SHORT else self.tr("This takes {0}.")
            parts.append(said.format(duration(self._survey.seconds)))
        if self._survey.megabytes:
            sizes = self.tr("It needs at least {0} of memory, and the model {1} of disk.")
            parts.append(sizes.format(size(self._survey.memory), size(self._survey.megabytes)))
        if self.wishes.replaces:
            parts.append(self.tr("There is a model of this name: it is replaced only by a better one."))
        parts.append(self.tr("You can go on writing meanwhile."))
        return " ".join(parts)
