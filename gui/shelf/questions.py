"""Questions to the hub: one search at a time, of which a newer one takes the place; a token is kept in any case."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import SettingsError
from engine.events import Event, Failed, Finished, Progress
from engine.hub.passwords import split_password
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
    def keep_proxy_password(self, connection: Connection, password: str) -> None:
        """Have the password for the proxy of `connection` kept in the keyring of the system; "" forgets it."""
        self.ask(HubRequest(HubAction.PROXY_PASSWORD, password, connection=connection))

    @Slot(object, str)
    def keep_hub_password(self, connection: Connection, password: str) -> None:
        """Have the password for the hub of `connection` kept in the keyring of the system; "" forgets it."""
        self.ask(HubRequest(HubAction.HUB_PASSWORD, password, connection=connection))

    def bring_over(self, settings: Settings) -> None:
        """Take the passwords in addresses out of the settings, where older versions kept them, into the keyring."""
        settings.hub_proxy, for_proxy = split_password(settings.hub_proxy)
        settings.hub_endpoint, for_hub = split_password(settings.hub_endpoint)
        try:
            if for_proxy:
                self.keep_proxy_password(Connection(proxy=settings.hub_proxy), for_proxy)
            if for_hub:
                self.keep_hub_password(Connection(settings.hub_endpoint), for_hub)
        except SettingsError:  # no address that could be used, which is said where it is to be
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
