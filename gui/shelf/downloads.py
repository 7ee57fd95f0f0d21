"""Downloads as the window knows them: which run, wait, rest or failed, and how far each is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import EngineError
from engine.events import Event, Failed, Finished, ModelInstalled, Notice, Progress
from engine.hub.request import Connection, HubAction, HubRequest
from engine.hub.staging import discard, unfinished
from gui.engine_client import EngineClient


class Stage(Enum):
    """Where a download is."""

    WAITING = auto()
    RUNNING = auto()
    PAUSING = auto()
    PAUSED = auto()
    FAILED = auto()
    CANCELLING = auto()


_BUSY = (Stage.WAITING, Stage.RUNNING, Stage.PAUSING, Stage.CANCELLING)


@dataclass
class Download:
    """One download: `done` of `total` bytes, and what there is to say of it."""

    repo: str
    stage: Stage
    done: int = 0
    total: int = 0
    words: str = ""
    job: int = 0

    @property
    def busy(self) -> bool:
        """Tell whether the engine process has to do with it."""
        return self.stage in _BUSY


class Downloads(QObject):
    """Fetch models one after the other in an engine process of its own; those begun earlier rest until resumed."""

    changed = Signal()  # which there are, or the stage of one
    progressed = Signal(object)  # Download
    installed = Signal(str)  # the model's id
    noticed = Signal(str)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.items: dict[str, Download] = {}
        for begun in unfinished():
            self.items[begun.repo] = Download(begun.repo, Stage.PAUSED, begun.done, begun.total)
        client.event_received.connect(self._on_event)
        client.engine_died.connect(self._on_died)

    @property
    def running(self) -> Download | None:
        """Return the download that is under way, or None."""
        return next((item for item in self.items.values() if item.stage is Stage.RUNNING), None)

    def start(self, repo: str, connection: Connection, revision: str = "") -> None:
        """Fetch `repo` as of `revision`, or go on with what was begun, whatever is newer."""
        revision = "" if repo in self.items else revision
        item = self.items.setdefault(repo, Download(repo, Stage.PAUSED))
        if item.busy:
            return
        self._client.start()
        item.job = self._client.fetch(HubRequest(HubAction.DOWNLOAD, repo, "", revision, connection))
        self._enter(item, Stage.WAITING)

    def pause(self, repo: str) -> None:
        """Have a download rest; what has come is kept."""
        item = self.items[repo]
        if item.busy:
            self._client.pause(item.job)
            self._enter(item, Stage.PAUSING)

    def cancel(self, repo: str) -> None:
        """Give a download up and leave nothing of it."""
        item = self.items[repo]
        if item.busy:
            self._client.pause(item.job)
            self._enter(item, Stage.CANCELLING)
        else:
            self._forget(item)

    def shutdown(self) -> None:
        """End the engine process; what has come is kept."""
        self._client.shutdown()

    def _enter(self, item: Download, stage: Stage, words: str = "") -> None:
        item.stage, item.words = stage, words
        self.changed.emit()

    def _forget(self, item: Download) -> None:
        try:
            discard(item.repo)
        except EngineError as error:  # another process fetches it, for one
            self._enter(item, Stage.FAILED, str(error))
            return
        del self.items[item.repo]
        self.changed.emit()

    @Slot(int, object)
    def _on_event(self, job: int, event: Event) -> None:
        item = next((item for item in self.items.values() if item.job == job and item.busy), None)
        if item is None:
            return
        match event:
            case Progress():
                self._on_progress(item, event)
            case Notice(message):
                self.noticed.emit(message)
            case ModelInstalled(model):
                del self.items[item.repo]
                self.changed.emit()
                self.installed.emit(model)
            case Failed(message):
                self._end(item, Stage.FAILED, message)
            case Finished():
                self._end(item, Stage.PAUSED)
            case _:
                pass

    def _on_progress(self, item: Download, event: Progress) -> None:
        item.done, item.total, item.words = event.done, event.total, event.note
        if item.stage is Stage.WAITING:
            item.stage = Stage.RUNNING
            self.changed.emit()
        self.progressed.emit(item)

    def _end(self, item: Download, stage: Stage, words: str = "") -> None:
        if item.stage is Stage.CANCELLING:
            self._forget(item)
        else:
            self._enter(item, stage, words)

    @Slot(str)
    def _on_died(self, sentence: str) -> None:
        for item in list(self.items.values()):
            if item.busy:
                self._end(item, Stage.FAILED, sentence)
