"""Long work on the files of models: imports, conversions, checks and repairs, which no question takes the place of."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal, Slot

from engine.events import Event, Failed, Finished, Progress
from engine.hub.request import HubAction, HubRequest
from gui.engine_client import EngineClient

CHORES = frozenset({HubAction.IMPORT, HubAction.CONVERT, HubAction.VERIFY, HubAction.REPAIR})


@dataclass
class Chore:
    """One piece of work: `done` of `total` bytes once it has begun, and what there is to say of it."""

    request: HubRequest
    job: int
    done: int = 0
    total: int = 0
    words: str = ""
    cancelling: bool = False
    answer: list[Event] = field(default_factory=list)


class Chores(QObject):
    """Do one after the other in an engine process of their own, which starts with the first, each to its end."""

    changed = Signal()  # which there are, or whether one is being cancelled
    progressed = Signal(object)  # Chore
    answered = Signal(object, object)  # the HubRequest, the list of events that answer it
    failed = Signal(object, str)  # the HubRequest, a sentence

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.items: dict[int, Chore] = {}  # by their jobs, in the order they are done
        client.event_received.connect(self._on_event)
        client.engine_died.connect(self._on_died)

    def start(self, request: HubRequest) -> None:
        """Do what `request` says once those before it are done; what is under way already is not begun twice."""
        if any(chore.request == request and not chore.cancelling for chore in self.items.values()):
            return
        self._client.start()
        job = self._client.fetch(request)
        self.items[job] = Chore(request, job)
        self.changed.emit()

    def cancel(self, job: int) -> None:
        """Give one up; it leaves nothing half done, and is gone from the list once that is so."""
        self._client.pause(job)
        self.items[job].cancelling = True
        self.changed.emit()

    def shutdown(self) -> None:
        """End the engine process."""
        self._client.shutdown()

    @Slot(int, object)
    def _on_event(self, job: int, event: Event) -> None:
        chore = self.items.get(job)
        if chore is None:
            return
        match event:
            case Progress():
                chore.done, chore.total, chore.words = event.done, event.total, event.note
                self.progressed.emit(chore)
            case Finished(cancelled):
                self._forget(chore)
                if not cancelled:
                    self.answered.emit(chore.request, chore.answer)
            case Failed(message):
                self._forget(chore)
                self.failed.emit(chore.request, message)
            case _:
                chore.answer.append(event)

    def _forget(self, chore: Chore) -> None:
        del self.items[chore.job]
        self.changed.emit()

    @Slot(str)
    def _on_died(self, sentence: str) -> None:
        for chore in list(self.items.values()):
            self._forget(chore)
            self.failed.emit(chore.request, sentence)
