"""Questions to the hub: one search at a time, of which a newer one takes the place; a token is kept in any case."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import SettingsError
from engine.events import Event, Failed, Finished, Progress
from engine.hub.proxy import split_proxy
from engine.hub.request import Connection, HubAction, HubRequest
from gui.engine_client import EngineClient
from gui.settings import Settings

SEARCHES = frozenset({HubAction.SEARCH, HubAction.DETAILS})


class Questions(QObject):
    """Put questions to an engine process that may use the network, which starts with the first of them."""

    answered = Signal(object, object)  # the HubRequest, the list of events that answer it
    failed = Signal(object, str)  # the HubRequest, a sentence
    progressed = Signal(str)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._asked: dict[int, tuple[HubRequest, list[Event]]] = {}  # by their jobs, with what has come in answer
        client.event_received.connect(self._on_event)
        client.engine_died.connect(self._on_died)

    @property
    def busy(self) -> bool:
        """Tell whether an answer is awaited."""
        return bool(self._asked)

    def ask(self, request: HubRequest) -> None:
        """Put a question; an older search, of whatever it was, is dropped for a new one."""
        if request.action in SEARCHES:
            self.drop()
        self._client.start()
        self._asked[self._client.fetch(request)] = request, []

    @Slot(object, str)
    def keep_password(self, connection: Connection, password: str) -> None:
        """Have the password for the proxy of `connection` kept in the keyring of the system; "" forgets it."""
        self.ask(HubRequest(HubAction.PROXY_PASSWORD, password, connection=connection))

    def bring_over(self, settings: Settings) -> None:
        """Take the password of a proxy out of the settings, where older versions kept it, into the keyring."""
        settings.hub_proxy, password = split_proxy(settings.hub_proxy)
        if not password:
            return
        try:
            self.keep_password(Connection(proxy=settings.hub_proxy), password)
        except SettingsError:  # no proxy that could be used, which is said where it is to be
            return

    def drop(self) -> None:
        """Await no search any more."""
        for job in [job for job, (request, _) in self._asked.items() if request.action in SEARCHES]:
            self._client.stop(job)
            del self._asked[job]

    @Slot(int, object)
    def _on_event(self, job: int, event: Event) -> None:
        if job not in self._asked:
            return
        request, answer = self._asked[job]
        match event:
            case Progress():
                self.progressed.emit(event.note)
            case Finished():
                del self._asked[job]
                self.answered.emit(request, answer)
            case Failed(message):
                del self._asked[job]
                self.failed.emit(request, message)
            case _:
                answer.append(event)

    @Slot(str)
    def _on_died(self, sentence: str) -> None:
        asked, self._asked = self._asked, {}
        for request, _ in asked.values():
            self.failed.emit(request, sentence)
