"""What a client of the engine process says, in order, and requests to it."""

from PySide6.QtCore import QObject, Slot

from engine.modes import Mode, Request
from engine.params import SamplingParams
from tests.engine.tiny_models import SENTENCES

PATIENCE = 60_000  # milliseconds, for a busy machine


class Log(QObject):
    """Everything the client says, in order."""

    def __init__(self, client):
        super().__init__()
        self.entries = []
        client.text_ready.connect(self._on_text_ready)
        client.event_received.connect(self._on_event)
        client.engine_died.connect(self._on_died)

    @Slot()
    def _on_text_ready(self):
        self.entries.append(("text_ready",))

    @Slot(int, object)
    def _on_event(self, job, event):
        self.entries.append(("event", job, event))

    @Slot(str)
    def _on_died(self, sentence):
        self.entries.append(("died", sentence))

    def events(self, job):
        return [entry[2] for entry in self.entries if entry[:2] == ("event", job)]

    def count(self, kind):
        return sum(entry[0] == kind for entry in self.entries)


def story(model, tokens=8):
    params = SamplingParams(max_new_tokens=tokens, temperature=1.5, seed=1)
    return Request(Mode.WRITE, SENTENCES[0], params, model, raw=True)


def endless(model):
    return story(model, 1_000_000)
