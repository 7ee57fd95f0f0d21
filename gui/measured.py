"""How fast each model wrote on this machine the last time: kept, and shown in the list of models."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from engine.events import Speed
from gui.jobs import Jobs
from gui.settings import Settings

_LEAST = 16  # tokens: fewer say little


class MeasuredSpeeds(QObject):
    """Note the speed of the jobs that write one text by a model of this machine."""

    def __init__(self, jobs: Jobs, settings: Settings) -> None:
        super().__init__(jobs)
        self._jobs, self._settings = jobs, settings
        jobs.event_came.connect(self._on_event)

    @Slot(object)
    def _on_event(self, event: object) -> None:
        request = self._jobs.request
        if not isinstance(event, Speed) or event.tokens < _LEAST or request is None:
            return
        if request.server is None and request.variants == 1:
            loaded = self._jobs.loaded(request.mode, request.model, None)
            if loaded is not None:  # each report takes the place of the one before; the last is of the whole text
                self._settings.speeds[loaded.model] = round(event.tokens_per_second, 1)
