"""Small requests that nobody waits for: served while the engine has nothing better to do."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.events import Event, Failed, Finished
from engine.modes import Mode, Request
from gui.engine_client import EngineClient
from gui.jobs import Jobs, JobSink
from gui.timers import after


class Background(QObject):
    """Serve one request per mode, one after the other, only while no job of the writer's runs.

    A job of the writer's stops the request that runs; it starts again afterwards, as those that
    wait do, except for completions, which nobody wants any more by then. A newer request of the same mode
    takes the place of an older one. The model is loaded before the first request for it, since loading
    cannot be stopped; that of an alignment has just translated, and a server has its own. A sink hears `on_end`
    unless it was stopped.
    Why the writer's typing is not completed is said once; the other failures leave out what nobody asked for.
    """

    failed = Signal(str)

    def __init__(self, client: EngineClient, jobs: Jobs) -> None:
        super().__init__(jobs)
        self._client = client
        self._jobs = jobs
        self._waiting: dict[Mode, tuple[Request, JobSink]] = {}
        self._running: tuple[Request, JobSink] | None = None
        self._job = 0
        self._use: tuple[Mode, str] = (Mode.COMPLETE, "")
        self._loading = False  # whether the job loads the model of what waits first
        self._loaded: dict[Mode, str] = {}
        self._useless: set[tuple[Mode, str]] = set()  # models that cannot be loaded
        self._said: set[str] = set()
        self._resting = False  # since the engine died, which a request of ours may have caused
        self._breath = after(self, 0, self._go_on)  # a job often ends, and is ranked, because the next one begins
        jobs.started.connect(self._on_started)
        jobs.ended.connect(self._on_ended)
        jobs.died.connect(self._on_died)
        jobs.other_text.connect(self._on_text)
        client.event_received.connect(self._on_event)

    @property
    def busy(self) -> bool:
        """Tell whether a request runs or waits."""
        return self._job != 0 or bool(self._waiting)

    def ask(self, request: Request, sink: JobSink) -> None:
        """Serve `request` as soon as there is time, in place of an older one of its mode."""
        if (request.mode, request.model) in self._useless or self._resting:
            return
        self.withdraw(request.mode)
        self._waiting[request.mode] = request, sink
        self._breath.start()

    def forget_models(self) -> None:
        """Take it that no model is loaded any more, and that there may be room for those that had none."""
        self._loaded.clear()
        self._useless.clear()

    def withdraw(self, mode: Mode) -> None:
        """Forget the request of `mode`, whether it waits or runs."""
        self._waiting.pop(mode, None)
        if self._running is not None and self._running[0].mode is mode:
            self._stop()
            self._go_on()

    @Slot()
    def _go_on(self) -> None:
        if self._job or self._jobs.running or not self._waiting:
            return
        mode = min(self._waiting, key=lambda each: each is not Mode.COMPLETE)  # the one who types notices first
        request, _ = self._waiting[mode]
        here = mode is not Mode.ALIGN and request.server is None
        self._loading = here and self._loaded.get(mode) != request.model
        if self._loading:
            self._job = self._client.warm(mode, request.model)
        else:
            self._running = self._waiting.pop(mode)
            self._job = self._client.submit(request)
        self._use = mode, request.model

    def _stop(self) -> None:
        self._client.stop(self._job)
        self._running, self._job = None, 0

    @Slot()
    def _on_started(self) -> None:
        self._waiting.pop(Mode.COMPLETE, None)
        if self._running is not None:
            request, sink = self._running
            self._stop()
            if request.mode is not Mode.COMPLETE:
                self._waiting.setdefault(request.mode, (request, sink))

    @Slot()
    def _on_ended(self) -> None:
        self._resting = False
        self._breath.start()

    @Slot(int, int, str)
    def _on_text(self, job: int, variant: int, text: str) -> None:
        if job == self._job and self._running is not None:
            self._running[1].on_text(variant, text)

    @Slot(int, object)
    def _on_event(self, job: int, event: Event) -> None:
        if not job or job != self._job:
            return
        self._jobs.deliver()
        if self._loading:
            self._on_loading(event)
        elif isinstance(event, Finished | Failed):
            self._finish(event)
        elif self._running is not None:
            self._running[1].on_event(event)

    def _on_loading(self, event: Event) -> None:
        if not isinstance(event, Finished | Failed):
            return
        self._job, self._loading = 0, False
        if isinstance(event, Failed):
            self._useless.add(self._use)
            self._waiting.pop(self._use[0], None)
            self._say(event.message)
        else:
            self._loaded.update([self._use])
        self._go_on()

    def _finish(self, event: Finished | Failed) -> None:
        running, self._running, self._job = self._running, None, 0
        if isinstance(event, Failed):
            self._say(event.message)
        if running is not None:
            running[1].on_end()
        self._go_on()

    def _say(self, sentence: str) -> None:
        if self._use[0] is Mode.COMPLETE and sentence not in self._said:
            self._said.add(sentence)
            self.failed.emit(sentence)

    @Slot(str, bool)
    def _on_died(self, _sentence: str, _was_running: bool) -> None:
        self._waiting.clear()
        self._running, self._job, self._loading = None, 0, False
        self._loaded.clear()
        self._useless.clear()
        self._resting = True
