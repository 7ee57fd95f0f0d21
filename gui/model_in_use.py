"""Which model the window names: that of the job that runs, else that of the mode and the text in view."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from engine.catalog import default_model
from engine.errors import ModelError
from engine.events import ModelLoaded
from engine.modes import Mode, SummaryStyle
from engine.text.script import TAIL
from gui.open_document import OpenDocument
from gui.parts import Parts
from gui.servers import find_server
from gui.timers import after

_PAUSE = 150  # milliseconds between a move of the caret and a look at the text before it
_SAMPLE = 2 * TAIL  # characters, some of which may be blank


class ModelInUse(QObject):
    """Keep the name in the status bar true, whatever is loaded in the background meanwhile."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.tabs)
        self._parts = parts
        self._text = ""  # before the caret
        self._look_due = after(self, _PAUSE, self._look)
        parts.workspace.document_added.connect(self._on_added)
        parts.workspace.current_changed.connect(self._look)
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
        text = self._text if request is None else request.text
        usual = [entry.id for entry in parts.write.controls.usual_models(text)] if mode is Mode.WRITE else []
        if loaded and mode is Mode.WRITE and not (model or server) and loaded.model not in usual:
            loaded = None if loaded.model in parts.write.controls.installed else loaded  # it was for another language
        if mode is Mode.SUMMARISE and style is SummaryStyle.KEY_SENTENCES:
            parts.status.show_model("")  # these are chosen without a model
        elif loaded is not None:
            known = loaded.dtype in loaded.device
            parts.status.show_model(loaded.model, loaded.device if known else f"{loaded.device}, {loaded.dtype}")
        elif server is not None:
            parts.status.show_model(server.model)
        else:
            parts.status.show_model(_expected(mode, model) if model or len(usual) != 1 else usual[0])
            parts.status.show_loading(request is not None)

    @Slot(object)
    def _on_added(self, opened: OpenDocument) -> None:
        opened.editor.cursorPositionChanged.connect(self._look_due.start)

    @Slot()
    def _look(self) -> None:
        editor = self._parts.workspace.current.editor
        end = editor.textCursor().selectionEnd()
        self._text = editor.text_between(max(0, end - _SAMPLE), end)
        self._parts.write.controls.show_text(self._text)
        self._show()


def _expected(mode: Mode, model: str) -> str:
    """Return the name of what will be loaded for `mode`, as far as that is known without its text."""
    if model:
        return Path(model).name
    try:
        return default_model(mode).id
    except ModelError:
        return ""
