"""Which model the status bar names: that of the job that runs, else that of the mode in view."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.catalog import default_model
from engine.errors import ModelError
from engine.events import ModelLoaded
from engine.modes import Mode, SummaryStyle
from gui.parts import Parts
from gui.servers import find_server


class ModelInUse(QObject):
    """Keep the name in the status bar true, whatever is loaded in the background meanwhile."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.tabs)
        self._parts = parts
        parts.jobs.started.connect(self._show)
        parts.jobs.ended.connect(self._show)
        parts.jobs.event_came.connect(self._on_event)
        parts.tabs.currentChanged.connect(self._show)
        parts.summarise.style_changed.connect(self._show)
        for panel in parts.panels:
            panel.controls.model_chosen.connect(self._show)

    @Slot(object)
    def _on_event(self, event: object) -> None:
        if isinstance(event, ModelLoaded):
            self._show()

    @Slot()
    def _show(self) -> None:
        parts, request = self._parts, self._parts.jobs.request
        controls = parts.panel.controls
        if request is not None:
            mode, model, server, style = request.mode, request.model, request.server, request.style
        else:
            mode, model, style = parts.mode, controls.model, parts.summarise.style_chosen
            server = find_server(parts.settings, controls.choice)
        loaded = parts.jobs.loaded(mode, model, server)
        if mode is Mode.SUMMARISE and style is SummaryStyle.KEY_SENTENCES:
            parts.status.show_model("")  # these are chosen without a model
        elif loaded is not None:
            known = loaded.dtype in loaded.device
            parts.status.show_model(loaded.model, loaded.device if known else f"{loaded.device}, {loaded.dtype}")
        else:
            parts.status.show_model(server.model if server else _expected(mode, model))


def _expected(mode: Mode, model: str) -> str:
    """Return the name of what will be loaded for `mode`, as far as that is known without its text."""
    if model:
        return Path(model).name
    try:
        return default_model(mode).id
    except ModelError:
        return ""
