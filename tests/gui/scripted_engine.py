"""An engine that says what a test tells it to say; the window cannot tell the difference."""

from engine.events import Finished, ModelLoaded, TextChunk
from engine.protocol import Run, Stop, Warm
from gui.engine_client import EngineClient


class ScriptedClient(EngineClient):
    """Take commands like the real client; `open_jobs` are those neither stopped nor answered, in order."""

    def __init__(self):
        super().__init__()
        self.open_jobs = {}
        self._command.connect(self._on_command)

    def _on_command(self, command):
        if isinstance(command, Stop):
            self.open_jobs.pop(command.job, None)
        else:
            self.open_jobs[command.job] = command

    @property
    def requests(self):
        """The requests that run or wait in the engine."""
        return [command.request for command in self.open_jobs.values() if isinstance(command, Run)]

    def say(self, *events):
        """Let the first open job yield `events`."""
        job = next(iter(self.open_jobs))
        for event in events:
            if isinstance(event, TextChunk):
                if self._inbox.put(job, event):
                    self.text_ready.emit()
            else:
                self._on_event(job, event)

    def finish(self, *events):
        """Let the first open job yield `events` and end."""
        job = next(iter(self.open_jobs))
        self.say(*events)
        del self.open_jobs[job]
        self._on_event(job, Finished())

    def load(self):
        """Let every model that is asked for be there."""
        while self.open_jobs and isinstance(next(iter(self.open_jobs.values())), Warm):
            self.finish(ModelLoaded("tiny", "cpu", "float32", 0.1))
