"""The window's side of the engine process: requests in, text and events out, never a wait."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from engine.events import Event, Failed, Finished
from engine.hub.request import HubRequest
from engine.modes import Mode, Request
from engine.placement import Placement
from engine.protocol import Care, Fetch, Job, Look, Run, Stop, Tend, Train, Warm
from engine.purposes import TrainingRequest
from gui.engine_process import WRITING, ChildKind, EngineProcess
from gui.inbox import Inbox


class EngineClient(QObject):
    """Submit jobs to the engine process and report what comes back, in the window's thread.

    A worker thread owns the child process, so nothing here blocks. Streamed text waits in a buffer: `text_ready`
    says that it is no longer empty, and comes again only after `take_text`. Text always arrives before an
    event that followed it, so take it when a job's last event (Finished or Failed) arrives, and when the
    engine died. `engine_died` ends every open job: no event follows for those.
    """

    text_ready = Signal()
    event_received = Signal(int, object)  # job, any event but TextChunk
    engine_died = Signal(str)  # a sentence for the writer
    engine_ready = Signal(str)  # the device asked for; at every start of a child
    busy_changed = Signal(bool)  # whether a request, or a model that is loaded ahead, is awaited

    _command = Signal(object)
    _place = Signal(object)
    _start = Signal()
    _end = Signal()

    def __init__(self, parent: QObject | None = None, device: str = "", kind: ChildKind = WRITING) -> None:
        super().__init__(parent)
        self._placement = Placement(device)
        self._inbox = Inbox()
        self._jobs = itertools.count(1)
        self._awaited: set[int] = set()  # jobs that use models
        self._busy = False
        self._process_id = 0
        self._thread = QThread(self)
        self._thread.setObjectName("engine-client")
        self._worker = EngineProcess(self._inbox, device, kind)
        self._worker.moveToThread(self._thread)
        self._connect_worker()

    @property
    def placement(self) -> Placement:
        """Where models run, and how their weights are held."""
        return self._placement

    @property
    def process_id(self) -> int:
        """The child's process id; 0 while there is none that is ready."""
        return self._process_id

    @property
    def busy(self) -> bool:
        """Tell whether a request, or a model that is loaded ahead, is awaited."""
        return self._busy

    def start(self) -> None:
        """Start the worker thread and the child; `engine_ready` follows."""
        _running.add(self)
        self._thread.start()
        self._start.emit()

    def place(self, placement: Placement) -> None:
        """Have models run as `placement` says; a child that runs is replaced, its requests are cancelled."""
        self._placement = placement
        self._process_id = 0
        self._place.emit(placement)

    def submit(self, request: Request) -> int:
        """Queue a job and return its number, under which text and events come back."""
        return self._await(Run(next(self._jobs), request))

    def warm(self, mode: Mode, model: str = "") -> int:
        """Have the model of `mode` loaded ahead; events come back under the number returned."""
        return self._await(Warm(next(self._jobs), mode, model))

    def train(self, request: TrainingRequest) -> int:
        """Queue a training, for a child of the kind TRAINING; its events come back under the number returned."""
        return self._send(Train(next(self._jobs), request))

    def look(self, request: TrainingRequest) -> int:
        """Ask what a training would read; the answer comes back under the number returned."""
        return self._send(Look(next(self._jobs), request))

    def fetch(self, request: HubRequest) -> int:
        """Queue a request to the hub, for a child of the kind FETCHING; events come under the number returned."""
        return self._send(Fetch(next(self._jobs), request))

    def tend(self, care: Care) -> int:
        """Have the child look after its device and memory; the devices come under the number returned."""
        return self._send(Tend(next(self._jobs), care))

    def pause(self, job: int) -> None:
        """Ask a job to end; it still reports what it does until then, Finished or Failed last."""
        self._command.emit(Stop(job))

    def stop(self, job: int) -> None:
        """End a job: from now on nothing of it arrives, not even its end; the engine follows a step later."""
        self._inbox.drop(job)
        self._command.emit(Stop(job))
        self._look_who_is_awaited()

    def take_text(self) -> list[tuple[int, int, str]]:
        """Return and forget the waiting text as (job, variant, text), in order of arrival."""
        return self._inbox.take()

    def shutdown(self) -> None:
        """End child and worker thread and wait for both: well under a second, longer where a training must be kept."""
        if self._thread.isRunning():
            self._end.emit()
            self._thread.wait()
            self._process_id = 0
        _running.discard(self)

    def _connect_worker(self) -> None:
        # Queued by name: the signals must be delivered in the window's thread whatever Qt would choose.
        queued = Qt.ConnectionType.QueuedConnection
        self._start.connect(self._worker.start, queued)
        self._command.connect(self._worker.send, queued)
        self._place.connect(self._worker.place, queued)
        self._end.connect(self._worker.shutdown, queued)
        self._worker.text_ready.connect(self.text_ready, queued)
        self._worker.event_received.connect(self._on_event, queued)
        self._worker.died.connect(self._on_died, queued)
        self._worker.ready.connect(self._on_ready, queued)

    def _send(self, command: Job) -> int:
        self._inbox.open(command.job)
        self._command.emit(command)
        return command.job

    def _await(self, command: Run | Warm) -> int:
        self._awaited.add(self._send(command))
        self._look_who_is_awaited()
        return command.job

    def _look_who_is_awaited(self) -> None:
        self._awaited = {job for job in self._awaited if self._inbox.is_open(job)}
        if self._busy != bool(self._awaited):
            self._busy = not self._busy
            self.busy_changed.emit(self._busy)

    @Slot(int, object)
    def _on_event(self, job: int, event: Event) -> None:
        if not self._inbox.is_open(job):
            return  # stopped while the event was on its way
        if isinstance(event, Finished | Failed):
            self._inbox.close(job)
        self.event_received.emit(job, event)
        self._look_who_is_awaited()  # after whoever heard of an end, and perhaps asked for more

    @Slot(str)
    def _on_died(self, sentence: str) -> None:
        self._process_id = 0
        self._look_who_is_awaited()
        self.engine_died.emit(sentence)

    @Slot(str, int)
    def _on_ready(self, device: str, process_id: int) -> None:
        self._process_id = process_id
        self.engine_ready.emit(device)


_running: set[EngineClient] = set()  # Python must not free a client whose thread runs: both would end the process


def running() -> set[EngineClient]:
    """Return the clients that have been started and not shut down."""
    return set(_running)
