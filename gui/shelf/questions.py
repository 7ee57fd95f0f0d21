"""Questions to the hub: one at a time, of which a newer one takes the place."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.events import Event, Failed, Finished, Progress
from engine.hub.request import HubRequest
from gui.engine_client import EngineClient


class Questions(QObject):
    """Put questions to an engine process that may use the network, which starts with the first of them."""

    answered = Signal(object, object)  # the HubRequest, the list of events that answer it
    failed = Signal(object, str)  # the HubRequest, a sentence
    progressed = Signal(str)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._job = 0
        self._request: HubRequest | None = None
        self._answer: list[Event] = []
        client.event_received.connect(self._on_event)
        client.engine_died.connect(self._on_died)

    @property
    def busy(self) -> bool:
        """Tell whether an answer is awaited."""
        return self._job != 0

    def ask(self, request: HubRequest) -> None:
        """Put a question; an older one is dropped."""
        self.drop()
        self._request, self._answer = request, []
        self._client.start()
        self._job = self._client.fetch(request)

    def drop(self) -> None:
        """Await no answer any more."""
        if self._job:
            self._client.stop(self._job)
            self._job = 0

    @Slot(int, object)
    def _on_event(self, job: int, event: Event) -> None:
        if job != self._job:
            return
        match event:
            case Progress():
                self.progressed.emit(event.note)
            case Finished():
                self._job = 0
                self.answered.emit(self._request, self._answer)
            case Failed(message):
                self._job = 0
                self.failed.emit(self._request, message)
            case _:
                self._answer.append(event)

    @Slot(str)
    def _on_died(self, sentence: str) -> None:
        if self._job:
            self._job = 0
            self.failed.emit(self._request, sentence)
