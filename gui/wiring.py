"""What every command does, and what the parts of the window tell each other."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from engine.events import Event, Progress
from engine.modes import Mode
from gui.dialogs.about import show_about
from gui.dialogs.all_settings import AllSettingsDialog
from gui.dialogs.shortcuts import ShortcutsDialog
from gui.focus_ring import focus_next
from gui.generating import Generating
from gui.mode_panels import MODES
from gui.model_in_use import ModelInUse
from gui.open_document import OpenDocument
from gui.parts import Parts
from gui.servers import is_server
from gui.text_commands import TextCommands
from gui.word_tools import WordTools


class Wiring(QObject):
    """Connect commands and parts."""

    def __init__(self, window: QWidget, parts: Parts, settings_path: Path) -> None:
        super().__init__(window)
        self._settings_path = settings_path
        self._failure = ""  # why the last job failed
        self._window = window
        self._parts = parts
        self.generating = Generating(parts, self)
        TextCommands(window, parts)
        self._connect_commands()
        self._connect_parts()
        WordTools(parts)
        ModelInUse(parts)

    def _connect_commands(self) -> None:
        parts, connect = self._parts, self._parts.commands.connect
        connect("stop", self._on_stop)
        connect("next_change", lambda: parts.rewriting.step(1))
        connect("previous_change", lambda: parts.rewriting.step(-1))
        connect("leave_change", parts.rewriting.take_or_leave)
        for mode in MODES:
            connect(mode.value, lambda mode=mode: parts.show_mode(mode))
        connect("settings", self._on_settings)
        connect("choose_model", lambda: parts.panel.controls.ask_model())
        connect("choose_gguf", lambda: parts.panel.controls.ask_model_file())
        connect("focus", lambda: self._set_focus(not parts.panes.focus))
        connect("show_documents", lambda: parts.panes.show_pane("documents", parts.documents.isHidden()))
        connect("show_assistant", lambda: parts.panes.show_pane("assistant", parts.assistant.isHidden()))
        connect("next_pane", self._on_next_pane)
        connect("zoom_in", lambda: parts.looks.zoom(1))
        connect("zoom_out", lambda: parts.looks.zoom(-1))
        connect("zoom_reset", lambda: parts.looks.zoom(0))
        connect("shortcuts", self._on_shortcuts)
        connect("about", self._on_about)

    def _connect_parts(self) -> None:
        parts = self._parts
        parts.workspace.current_changed.connect(self._on_current)
        parts.workspace.documents_changed.connect(self._show_state)
        parts.files.saved.connect(self._on_saved)
        parts.journals.state_changed.connect(self._show_state)
        parts.files.saved.connect(parts.notes.keep)
        parts.looks.changed.connect(lambda: parts.rewrite.changes.set_theme(parts.looks.theme))
        parts.results.save_asked.connect(parts.files.save_text)
        parts.tabs.currentChanged.connect(self._on_mode)
        parts.panes.shown_changed.connect(self._on_shown)
        parts.job_bar.stop_asked.connect(parts.jobs.stop)
        parts.jobs.event_came.connect(self._on_event)
        parts.jobs.started.connect(parts.job_bar.begin)
        parts.jobs.ended.connect(parts.job_bar.finish)
        parts.jobs.noticed.connect(parts.messages.note)
        parts.jobs.passed.connect(parts.messages.withdraw)
        parts.jobs.failed.connect(self._on_failed)
        parts.jobs.started.connect(lambda: parts.messages.withdraw(self._failure))
        parts.jobs.died.connect(self._on_died)
        parts.client.engine_ready.connect(parts.status.show_device)
        parts.client.engine_died.connect(parts.status.show_stopped)
        for mode, panel in zip(MODES, parts.panels, strict=True):
            panel.controls.all_settings_asked.connect(self._on_settings)
            panel.controls.better_asked.connect(parts.commands["manage_models"].trigger)
            panel.controls.problem.connect(parts.messages.warn)
            panel.controls.model_chosen.connect(lambda model, mode=mode: self._on_model(mode, model))

    def _on_model(self, mode: Mode, model: str) -> None:
        if not is_server(model):  # which has nothing to load here
            self._parts.jobs.warm(mode, model)

    @Slot(object, str)
    def use_model(self, mode: Mode, name: str) -> None:
        """Show `mode` and have it use the model called `name`."""
        self._parts.show_mode(mode)
        self._parts.panel.controls.choose_model(name)

    @Slot()
    def _on_stop(self) -> None:
        parts = self._parts
        if parts.completing.dismiss():
            return
        if parts.jobs.running:
            parts.jobs.stop()
        elif parts.find_bar.isVisible():
            parts.find_bar.close_bar()
        elif parts.assistant.tool is not None:
            parts.assistant.close_tool()
        elif parts.panes.focus:
            self._set_focus(False)

    def _set_focus(self, focus: bool) -> None:
        parts = self._parts
        parts.panes.set_focus(focus)
        parts.status.setVisible(not focus)
        bar = self._window.findChild(QWidget, "menu_bar")
        if bar is not None:
            bar.setVisible(not focus)
        parts.workspace.current.editor.setFocus()

    @Slot()
    def _on_shown(self) -> None:
        commands, parts = self._parts.commands, self._parts
        commands["focus"].setChecked(parts.panes.focus)
        commands["show_documents"].setChecked(not parts.documents.isHidden())
        commands["show_assistant"].setChecked(not parts.assistant.isHidden())

    @Slot(int)
    def _on_mode(self, _number: int) -> None:
        self._parts.settings.mode = self._parts.mode.value

    @Slot(object)
    def _on_current(self, opened: OpenDocument) -> None:
        self._parts.find_bar.attach(opened.editor)
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        parts, opened = self._parts, self._parts.workspace.current
        self._window.setWindowTitle(f"{opened.title}[*] — Penwright")
        self._window.setWindowModified(opened.modified)
        parts.status.show_saved(modified=opened.modified, kept=parts.journals.keeps(opened), saved_at=opened.saved_at)

    @Slot(object)
    def _on_saved(self, _opened: OpenDocument) -> None:
        self._show_state()

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        self._parts.status.show_event(event)
        if isinstance(event, Progress) and self._parts.jobs.running:
            self._parts.job_bar.show_progress(event)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._failure = sentence
        self._parts.messages.warn(sentence)

    @Slot(str, bool)
    def _on_died(self, sentence: str, was_running: bool) -> None:
        self._failure = sentence
        if was_running:
            self._parts.messages.warn(sentence, self.tr("Repeat"), self.generating.another)
        else:
            self._parts.messages.warn(sentence)

    @Slot()
    def _on_settings(self) -> None:
        controls = self._parts.panel.controls
        dialog = AllSettingsDialog(controls.base(), controls.changed, self._window)
        if dialog.exec() == AllSettingsDialog.DialogCode.Accepted:
            controls.set_changed(dialog.changed)

    @Slot()
    def _on_shortcuts(self) -> None:
        ShortcutsDialog(self._parts.commands, self._window).exec()
        for panel in self._parts.panels:
            panel.button.refresh()

    @Slot()
    def _on_about(self) -> None:
        show_about(self._window, self._settings_path)

    @Slot()
    def _on_next_pane(self) -> None:
        parts = self._parts
        focus_next([parts.workspace.current.editor, parts.result, parts.assistant, parts.documents])
