"""A training while it runs and after it: progress, curves, samples, and at the end the card."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QProgressBar, QScrollArea, QSizePolicy, QWidget

from engine.events import Progress, TrainingReport
from gui.panels.widgets import button, column, label
from gui.plots import Curve, Plot
from gui.training.outcome_card import OutcomeCard
from gui.training.samples import Samples
from gui.training.training import Stage, Training
from gui.training.warning_frame import WarningFrame
from gui.training.words import SHORT, duration, figure, purpose_title

_BESIDE = 860  # pixels; with less the samples go below the curves
_LEAST_HEIGHT = 220


class RunPage(QWidget):
    """Show the training that is asked for, and steer it."""

    use_asked = Signal()
    delete_asked = Signal()

    def __init__(self, training: Training) -> None:
        super().__init__()
        self._training = training
        self._title, self._state = label("", "headline"), label("", "quiet", wraps=True)
        self._figures = label("", "quiet", wraps=True)
        self._problem = WarningFrame()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self.card, self.samples = OutcomeCard(), Samples()
        self.loss = Plot(self.tr("Loss"), self.tr("steps"), self._perplexity)
        self.score = Plot(self.tr("chrF"), self.tr("steps"))
        self.pause = button(self.tr("&Pause"), self.tr("Keeps what it has learned; go on whenever you like"))
        self.resume = button(self.tr("&Resume"), role="primary")
        self.finish = button(self.tr("&Stop and keep the best"), self.tr("Measures the best so far and installs it"))
        self.discard = button(self.tr("&Discard"), self.tr("Forgets this training and what it has learned"))
        self._sure = False
        self._lay_out()
        self._connect()

    @property
    def words(self) -> str:
        """Return what is said of the training, a line each."""
        shown = (self._title, self._state, self._figures)
        return "\n".join([self._problem.sentence, *(part.text() for part in shown if not part.isHidden())]).strip()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the samples beside the curves where there is room."""
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def _lay_out(self) -> None:
        page = QWidget()
        inner = column(page, 12)
        inner.setContentsMargins(24, 18, 24, 18)
        for part in (self._title, self.card, self._problem, self._state, self._bar, self._figures):
            inner.addWidget(part)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(24)
        self._columns.addWidget(self._plots(), 3)
        self._columns.addWidget(self._written(), 2)
        inner.addSpacing(4)
        inner.addLayout(self._columns, 1)
        layout = column(self, 0)
        layout.addWidget(_scrolling(page, self.tr("The training")), 1)
        layout.addWidget(self._foot())

    def _plots(self) -> QWidget:
        made = QWidget()
        layout = column(made, 12)
        for plot in (self.loss, self.score):
            layout.addWidget(plot, 1)
        return made

    def _written(self) -> QWidget:
        made = QWidget()
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        layout = column(made, 8)
        layout.addWidget(label(self.tr("What it writes"), "section"))
        layout.addWidget(_scrolling(self.samples, self.tr("What it writes")), 1)
        return made

    def _foot(self) -> QWidget:
        self._strip = QFrame()
        self._strip.setObjectName("strip")
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(24, 11, 24, 11)
        row.setSpacing(8)
        row.addWidget(self.discard)
        row.addStretch(1)
        for each in (self.finish, self.pause, self.resume):
            row.addWidget(each)
        return self._strip

    def _connect(self) -> None:
        training = self._training
        training.changed.connect(self._on_changed)
        training.reported.connect(self._on_report)
        training.progressed.connect(self._on_progress)
        self.pause.clicked.connect(training.pause)
        self.resume.clicked.connect(training.resume)
        self.finish.clicked.connect(training.finish)
        self.discard.clicked.connect(self._on_discard)
        self.card.use_asked.connect(self.use_asked)
        self.card.delete_asked.connect(self.delete_asked)
        self.card.another_asked.connect(training.leave)

    @Slot()
    def _on_changed(self) -> None:
        request, stage = self._training.request, self._training.stage
        if request is None:
            return
        if stage in (Stage.RUNNING, Stage.FINISHING):
            self._show_beginning()
        ended = stage is Stage.ENDED and self._training.outcome is not None
        self._title.setText(f"{request.name} — {purpose_title(request.purpose)}")
        self.card.setVisible(ended)
        if self._training.outcome is not None and ended:
            self.card.show_outcome(request.name, self._training.outcome, self._training.notices)
        for part in (self._title, self._bar, self._figures, self._strip):
            part.setVisible(not ended)
        self._show_buttons(stage)
        self._problem.show_sentence(self._training.sentence)
        self._state.setVisible(stage is not Stage.BROKEN and not ended)
        words = self._stage_words(stage)
        if words:
            self._state.setText(words)
        self._show_reports()

    def _show_beginning(self) -> None:
        self._state.setText(self.tr("Starting…"))
        self._bar.setRange(0, 0)
        self.samples.show_reports(self._training.reports)

    def _stage_words(self, stage: Stage) -> str:
        return {
            Stage.PAUSING: self.tr("Pausing: what it has learned is being kept…"),
            Stage.PAUSED: self.tr("Paused. It is kept and can go on at any time, also after a restart."),
            Stage.FINISHING: self.tr("Measuring the best so far and installing it…"),
        }.get(stage, "")

    def _show_buttons(self, stage: Stage) -> None:
        rests = stage in (Stage.PAUSED, Stage.BROKEN)
        self.pause.setVisible(not rests)
        self.pause.setEnabled(stage in (Stage.RUNNING, Stage.FINISHING))
        self.resume.setVisible(rests)
        self.finish.setVisible(stage is not Stage.FINISHING)
        self.discard.setVisible(rests)
        self._set_sure(False)

    @Slot(object)
    def _on_report(self, report: TrainingReport) -> None:
        self.samples.add(report)
        self._show_reports()
        if self._training.stage is Stage.RUNNING:
            self._state.setText(self._time_left(report.seconds_left))

    @Slot(object)
    def _on_progress(self, progress: Progress) -> None:
        if self._training.stage in (Stage.RUNNING, Stage.FINISHING) and progress.note:
            self._state.setText(f"{progress.note[0].upper()}{progress.note[1:]}…")
            self._bar.setRange(0, progress.total)
            self._bar.setValue(progress.done)

    def _time_left(self, seconds: float) -> str:
        """Return how long it still takes, unless there is nothing more to learn before."""
        words = self.tr("At most {0} left") if seconds >= SHORT else self.tr("{0} left")
        return words.format(duration(seconds)).capitalize()

    def _show_reports(self) -> None:
        reports = self._training.reports
        self._show_curves(reports)
        learned = any(report.validation_loss is not None for report in reports)
        self.finish.setEnabled(learned and self._training.stage is not Stage.PAUSING)
        if not reports:
            self._figures.setText("")
            return
        latest = reports[-1]
        if self._training.stage is not Stage.FINISHING:
            self._bar.setRange(0, latest.total_steps)
            self._bar.setValue(latest.step)
        self._figures.setText("   ·   ".join(self._figure_words(latest)))

    def _figure_words(self, report: TrainingReport) -> list[str]:
        words = [self.tr("step {0} of {1}").format(f"{report.step:,}", f"{report.total_steps:,}")]
        if report.tokens_per_second:
            words.append(self.tr("{0} tokens/s").format(f"{report.tokens_per_second:,.0f}"))
        measured = [each.validation_loss for each in self._training.reports if each.validation_loss is not None]
        if measured:
            words.append(self.tr("best validation loss {0}").format(figure(min(measured))))
        words += [f"{name.replace('_', ' ')} {figure(value)}" for name, value in report.parts.items()]
        return words

    def _show_curves(self, reports: list[TrainingReport]) -> None:
        latest = reports[-1] if reports else None
        over = self._training.stage is Stage.ENDED  # often before the last of the steps that were planned
        end = 1.0 if latest is None else float(latest.step if over else latest.total_steps)
        training = [(float(each.step), each.loss) for each in reports if math.isfinite(each.loss)]
        validation = [(float(each.step), each.validation_loss) for each in reports if each.validation_loss is not None]
        scores = [(float(each.step), each.score) for each in reports if each.score is not None]
        curves = [Curve(self.tr("training"), training), Curve(self.tr("validation"), validation, main=True)]
        self.loss.show_curves(curves, end)
        self.score.show_curves([Curve(self.tr("on unseen text"), scores, main=True)], end)
        self.score.setVisible(bool(scores))

    def _perplexity(self, loss: float) -> str:
        return self.tr("perplexity {0}").format(figure(math.exp(min(loss, 20.0))))

    @Slot()
    def _on_discard(self) -> None:
        """Discard at the second press: nothing brings the training back."""
        if self._sure:
            self._training.discard()
        else:
            self._set_sure(True)

    def _set_sure(self, sure: bool) -> None:
        self._sure = sure
        self.discard.setText(self.tr("&Discard it for good?") if sure else self.tr("&Discard"))


def _scrolling(content: QWidget, name: str) -> QScrollArea:
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setMinimumHeight(_LEAST_HEIGHT)
    content.setObjectName("page")
    made.setWidget(content)
    made.setAccessibleName(name)
    return made
