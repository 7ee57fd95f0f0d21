"""Dialogue mode: questions about the text in view and their answers, kept with each document."""

from __future__ import annotations

import functools
from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from engine.errors import InputError, SettingsError, StorageError
from engine.events import Event
from engine.instructions import check_instruction
from engine.store.edits import Origin
from engine.store.exchange import Exchange, dialogue_of, put_dialogue
from gui.jobs import Jobs
from gui.journals import Journals
from gui.open_document import OpenDocument
from gui.panels.dialogue import DialoguePanel
from gui.panels.message_bar import MessageBar
from gui.timers import after
from gui.workspace import Workspace

_PAUSE = 120  # milliseconds; labels are laid out anew for every change of their text


class Conversing(QObject):
    """Ask a model about the text in view; a document's conversation is in view along with it."""

    def __init__(
        self, workspace: Workspace, panel: DialoguePanel, jobs: Jobs, messages: MessageBar, journals: Journals
    ) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._panel = panel
        self._jobs = jobs
        self._messages = messages
        self._journals = journals
        self._threads: dict[OpenDocument, list[Exchange]] = {}
        self._asking: OpenDocument | None = None  # whose last answer is being written
        self._show_due = after(self, _PAUSE, self._show)
        panel.insert_asked.connect(self.insert)
        panel.clear_asked.connect(self.begin_anew)
        workspace.current_changed.connect(self._show)
        workspace.closing.connect(self._on_closing)
        journals.taken_up.connect(self._on_taken_up)

    @property
    def exchanges(self) -> list[Exchange]:
        """Return what was said about the text in view."""
        return self._threads.get(self._workspace.current, [])

    @Slot()
    def ask(self) -> None:
        """Ask what stands in the field."""
        self._jobs.stop()
        opened = self._workspace.current
        try:
            request = self._panel.request(opened.editor.text(), self.exchanges)
            check_instruction(request)
        except (InputError, SettingsError) as error:
            self._messages.warn(str(error))
            return
        self._asking = opened
        self._threads.setdefault(opened, []).append(Exchange(request.instruction, "", request.voice))
        self._panel.question.clear()
        self._jobs.run(request, self)
        self._show()

    @Slot(int)
    def insert(self, number: int) -> None:
        """Put an answer at the caret, as one undo step."""
        opened = self._workspace.current
        if opened.read_only:
            self._messages.warn(self.tr("This text is open in another window and can only be read here."))
            return
        caret = opened.editor.textCursor().selectionEnd()
        end = opened.editor.write(caret, caret, self.exchanges[number].answer, Origin.MODEL)
        opened.editor.put_caret(end, end)
        opened.editor.ensureCursorVisible()

    @Slot()
    def begin_anew(self) -> None:
        """Forget what was said about the text in view."""
        self._jobs.stop_for(self)
        opened = self._workspace.current
        self._threads.pop(opened, None)
        self._keep(opened)
        self._show()

    def on_text(self, variant: int, text: str) -> None:
        """Take text of the answer."""
        if self._asking is not None and variant == 0:
            thread = self._threads[self._asking]
            thread[-1] = replace(thread[-1], answer=thread[-1].answer + text)
            if not self._show_due.isActive():
                self._show_due.start()

    def on_event(self, event: Event) -> None:
        """Take nothing but text."""

    def on_end(self) -> None:
        """Keep the answer, or as much of it as came; a question without one goes back into its field."""
        opened, self._asking = self._asking, None
        if opened is None:
            return
        thread = self._threads[opened]
        if not thread[-1].answer:
            unanswered = thread.pop()
            if not self._panel.question.toPlainText():
                self._panel.question.setPlainText(unanswered.question)
        self._keep(opened)
        self._show()

    def _keep(self, opened: OpenDocument) -> None:
        kept = self._journals.of(opened)
        if kept is not None:
            kept.do(functools.partial(put_dialogue, kept.journal, tuple(self._threads.get(opened, ()))))

    @Slot()
    def _show(self) -> None:
        self._show_due.stop()
        self._panel.show_thread(self.exchanges, finished=self._asking is not self._workspace.current)

    @Slot(object)
    def _on_taken_up(self, opened: OpenDocument) -> None:
        kept = self._journals.of(opened)
        if kept is None:
            return
        try:
            found = kept.ask(functools.partial(dialogue_of, kept.journal))
        except StorageError:
            return  # the journal says so itself
        if found:
            self._threads[opened] = list(found)
            self._show()

    @Slot(object)
    def _on_closing(self, opened: OpenDocument) -> None:
        if self._asking is opened:
            self._jobs.stop()
        self._threads.pop(opened, None)
