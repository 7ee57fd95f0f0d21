"""One training as the window knows it: what was asked for, how far it is, how it ended."""

from __future__ import annotations

import math
from dataclasses import replace
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal, Slot

from engine.events import Event, Failed, Finished, Notice, Progress, Survey, TrainingOutcome, TrainingReport
from engine.purposes import TrainingRequest
from engine.runs import forget_run, past_reports
from gui.engine_client import EngineClient


class Stage(Enum):
    """Where a training is."""

    NONE = auto()  # nothing is asked for yet
    RUNNING = auto()
    PAUSING = auto()  # it keeps its state
    PAUSED = auto()
    FINISHING = auto()  # it measures and installs the best so far
    ENDED = auto()  # there is an outcome
    BROKEN = auto()  # there is a sentence about why


BUSY = (Stage.RUNNING, Stage.PAUSING, Stage.FINISHING)


class Training(QObject):
    """Drive one training at a time in an engine process of its own, and look at files for the next."""

    changed = Signal()  # the stage
    started = Signal()
    reported = Signal(object)  # TrainingReport
    progressed = Signal(object)  # Progress
    noticed = Signal(str)
    surveyed = Signal(object)  # Survey
    looked = Signal(str)  # how far the reading is
    look_failed = Signal(str)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._job = 0
        self._look = 0
        self.stage = Stage.NONE
        self.request: TrainingRequest | None = None
        self.reports: list[TrainingReport] = []
        self.outcome: TrainingOutcome | None = None
        self.sentence = ""
        self.notices: list[str] = []  # what was said since the last report
        client.event_received.connect(self._on_event)
        client.engine_died.connect(self._on_died)

    @property
    def busy(self) -> bool:
        """Tell whether the engine works on a training."""
        return self.stage in BUSY

    @property
    def process_id(self) -> int:
        """The process that trains, 0 while there is none."""
        return self._client.process_id

    def look(self, request: TrainingRequest) -> None:
        """Have the files of `request` looked at; the answer is `surveyed` or `look_failed`."""
        self.stop_looking()
        self._client.start()
        self._look = self._client.look(request)

    def stop_looking(self) -> None:
        """Give up the look that is under way."""
        if self._look:
            self._client.stop(self._look)
            self._look = 0

    def start(self, request: TrainingRequest) -> None:
        """Begin a training, or take up the one of that name."""
        self._begin(request, Stage.FINISHING if request.finish else Stage.RUNNING)

    def pause(self) -> None:
        """Have the training keep its state and rest."""
        if self.stage in (Stage.RUNNING, Stage.FINISHING):
            self._client.pause(self._job)
            self._enter(Stage.PAUSING)

    def resume(self) -> None:
        """Go on with a training that rests."""
        if self.request is not None and not self.busy:
            self.start(replace(self.request, finish=False))

    def finish(self) -> None:
        """Train no further: have the best so far measured and installed."""
        if self.request is not None and self.stage is not Stage.FINISHING:
            if self._job:
                self._client.stop(self._job)
            self.start(replace(self.request, finish=True))

    def discard(self) -> None:
        """Forget a training that rests, with all that it learned."""
        if self.request is not None and not self.busy:
            forget_run(self.request.name)
            self.leave()

    @Slot()
    def leave(self) -> None:
        """Turn from a training that rests or has ended to the next."""
        if not self.busy:
            self.request, self.outcome, self.reports = None, None, []
            self._enter(Stage.NONE)

    def shutdown(self) -> None:
        """End the engine process; a running training keeps its state first."""
        self._client.shutdown()

    def _begin(self, request: TrainingRequest, stage: Stage) -> None:
        self.stop_looking()
        self._client.start()
        self.request, self.outcome = request, None
        self.reports, self.notices = [_measured(report) for report in past_reports(request.name)], []
        self.started.emit()
        self._job = self._client.train(request)
        self._enter(stage)

    def _enter(self, stage: Stage, sentence: str = "") -> None:
        self.stage, self.sentence = stage, sentence
        if not self.busy:
            self._job = 0
        self.changed.emit()

    @Slot(int, object)
    def _on_event(self, job: int, event: Event) -> None:
        if job == self._look:
            self._on_look(event)
        elif job == self._job:
            self._on_training(event)

    def _on_look(self, event: Event) -> None:
        match event:
            case Survey():
                self.surveyed.emit(event)
            case Failed(message):
                self._look = 0
                self.look_failed.emit(message)
            case Progress() if event.note:
                self.looked.emit(event.note)
            case Finished():
                self._look = 0
            case _:
                pass

    def _on_training(self, event: Event) -> None:
        match event:
            case TrainingReport():
                self._take(event)
            case Progress():
                self.progressed.emit(event)
            case Notice(message):
                self.notices.append(message)
                self.noticed.emit(message)
            case TrainingOutcome():
                self.outcome = event
            case Failed(message):
                self._enter(Stage.BROKEN, message)
            case Finished():
                self._enter(Stage.ENDED if self.outcome else Stage.PAUSED)
            case _:
                pass

    def _take(self, taken: TrainingReport) -> None:
        report = _measured(taken)
        while self.reports and self.reports[-1].step >= report.step:  # trained anew from an older state
            self.reports.pop()
        self.reports.append(report)
        self.notices.clear()
        self.reported.emit(report)

    @Slot(str)
    def _on_died(self, sentence: str) -> None:
        if self._look:
            self._look = 0
            self.look_failed.emit(self.tr("Reading the files ended unexpectedly: leave out the largest and try again."))
        if self.busy:
            self._enter(Stage.BROKEN, sentence)


def _measured(report: TrainingReport) -> TrainingReport:
    """Return the report without measurements that came to nothing, for want of text to measure on."""
    loss, score = report.validation_loss, report.score
    return replace(
        report,
        validation_loss=loss if loss is not None and math.isfinite(loss) else None,
        score=score if score is not None and math.isfinite(score) else None,
    )
