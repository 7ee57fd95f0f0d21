"""One job at a time between the window and the engine, with its text delivered at once, but at most once per frame."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot

from engine.events import Event, Failed, Finished, ModelLoaded, Notice
from engine.modes import Mode, Request
from engine.server import Server
from gui.engine_client import EngineClient
from gui.timers import after

FRAME = 16  # milliseconds
_Use = tuple[Mode, str, Server | None]  # a mode with its model (id, folder, "" for the usual one) or server


class JobSink(Protocol):
    """Whoever asked for a job and takes what comes of it."""

    def on_text(self, variant: int, text: str) -> None:
        """Take text of a variant, in order."""
        ...

    def on_event(self, event: Event) -> None:
        """Take any event but text and the last."""
        ...

    def on_end(self) -> None:
        """Take the end; nothing follows."""
        ...


class Jobs(QObject):
    """Run one job at a time for the window; a new one stops the old."""

    started = Signal()
    ended = Signal()
    event_came = Signal(object)  # any event of the running job or of loading ahead, but text and the last
    noticed = Signal(str)
    passed = Signal(str)  # a sentence that was noticed and no longer holds
    failed = Signal(str)
    remediable = Signal(
        str, object, bool
    )  # what failed, names of what may help, whether it was a job or a loading ahead
    died = Signal(str, bool)  # a sentence, and whether a job ended with it
    other_text = Signal(int, int, str)  # job, variant, text of a job that was not asked for here

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._job = 0
        self._sink: JobSink | None = None
        self._request: Request | None = None
        self._passing: list[str] = []  # sentences that hold until the job ends
        self._warming: dict[int, _Use] = {}
        self._loaded: dict[_Use, ModelLoaded] = {}
        self._frame = after(self, FRAME, self.deliver)  # runs from one delivery to the earliest next
        client.text_ready.connect(self._on_text_ready)
        client.event_received.connect(self._on_event)
        client.engine_died.connect(self._on_died)

    @property
    def running(self) -> bool:
        """Tell whether a job runs."""
        return self._sink is not None

    @property
    def request(self) -> Request | None:
        """Return what the running job was asked, None while none runs."""
        return self._request if self.running else None

    def loaded(self, mode: Mode, model: str, server: Server | None) -> ModelLoaded | None:
        """Return what was last said of the model that `mode` uses by this choice, None if nothing yet."""
        return self._loaded.get((mode, model, server))

    def run(self, request: Request, sink: JobSink) -> None:
        """Start a job; `sink` hears of it until its end."""
        self.stop()
        self._sink = sink
        self._request = request
        self._job = self._client.submit(request)
        self.started.emit()

    @Slot()
    def stop(self) -> None:
        """End the running job at once; what has come so far is delivered first."""
        if self.running:
            self.deliver()
            self._client.stop(self._job)
            self._end()

    def serves(self, sink: JobSink) -> bool:
        """Tell whether the running job is the one of `sink`."""
        return self._sink is sink

    def stop_for(self, sink: JobSink) -> None:
        """End the running job if it is the one of `sink`."""
        if self.serves(sink):
            self.stop()

    def warm(self, mode: Mode, model: str) -> None:
        """Have a model loaded ahead."""
        self._warming[self._client.warm(mode, model)] = mode, model, None

    def forget_models(self) -> None:
        """Take it that no model is loaded any more."""
        self._loaded.clear()

    @Slot()
    def deliver(self) -> None:
        """Hand on the text that has come, to the running job's sink and as `other_text`."""
        self._frame.stop()
        texts = self._client.take_text()
        if texts:
            self._frame.start()
        for job, variant, text in texts:
            if job != self._job:
                self.other_text.emit(job, variant, text)
            elif self._sink is not None:
                self._sink.on_text(variant, text)

    @Slot()
    def _on_text_ready(self) -> None:
        if not self._frame.isActive():
            self.deliver()

    @Slot(int, object)
    def _on_event(self, job: int, event: Event) -> None:
        if job in self._warming:
            self._on_warming(job, event)
        elif job == self._job and self._sink is not None:
            self._on_job(event)

    def _on_warming(self, job: int, event: Event) -> None:
        self._keep(self._warming[job], event)
        if isinstance(event, Finished | Failed):
            del self._warming[job]
        if isinstance(event, Failed):
            self.noticed.emit(event.message)
            self._offer(event, asked=False)
        elif not isinstance(event, Finished):
            self.event_came.emit(event)

    def _offer(self, failure: Failed, *, asked: bool) -> None:
        if failure.remedies:
            self.remediable.emit(failure.message, failure.remedies, asked)

    def _on_job(self, event: Event) -> None:
        request = self._request
        assert self._sink is not None
        assert request is not None
        match event:
            case Finished():
                self.deliver()
                self._end()
            case Failed(message):
                self.deliver()
                self._end()
                self.failed.emit(message)
                self._offer(event, asked=True)
            case Notice(message, passing):
                self.noticed.emit(message)
                if passing:
                    self._passing.append(message)
            case _:
                self._keep((request.mode, request.model, request.server), event)
                self._sink.on_event(event)
                self.event_came.emit(event)

    def _keep(self, use: _Use, event: Event) -> None:
        if isinstance(event, ModelLoaded):
            self._loaded[use] = event

    @Slot(str)
    def _on_died(self, sentence: str) -> None:
        self._warming.clear()
        self._loaded.clear()
        was_running = self.running
        if was_running:
            self.deliver()
            self._end()
        self.died.emit(sentence, was_running)

    def _end(self) -> None:
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.on_end()
            passing, self._passing = self._passing, []
            for sentence in passing:
                self.passed.emit(sentence)
            self.ended.emit()
