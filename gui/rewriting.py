"""Rewrite mode: proposals for the selection, which stay beside the text until one is accepted."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from engine.errors import InputError, SettingsError
from engine.events import Event, Result, VariantFinished
from engine.instructions import check_instruction
from engine.modes import Request
from engine.store.edits import Origin
from gui.jobs import Jobs
from gui.open_document import OpenDocument
from gui.panels.message_bar import MessageBar
from gui.panels.rewrite import RewritePanel
from gui.ranges import TrackedRange
from gui.timers import after
from gui.variant import Variant
from gui.workspace import Workspace

_PAUSE = 120  # milliseconds; every change is compared with the whole passage


class Rewriting(QObject):
    """Ask for proposals; the one accepted takes the passage's place as one undo step."""

    def __init__(self, workspace: Workspace, panel: RewritePanel, jobs: Jobs, messages: MessageBar) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._panel = panel
        self._jobs = jobs
        self._messages = messages
        self._opened: OpenDocument | None = None  # whose passage is being rewritten
        self._place = TrackedRange(0, 0)
        self._request: Request | None = None
        self._language = ""  # of the passage, once the engine has said it
        self._first = 0  # the number of the first proposal that the running job brings
        self.proposals: list[Variant] = []
        self.current = -1
        self._show_due = after(self, _PAUSE, self._show)
        panel.cards.chosen.connect(self.choose)
        panel.accept_asked.connect(self.accept)
        panel.changes.step_asked.connect(self.step)
        panel.changes.toggle_asked.connect(self.take_or_leave)
        workspace.closing.connect(self._on_closing)

    @Slot()
    def rewrite(self) -> None:
        """Ask for proposals for the selection."""
        opened = self._workspace.current
        found = _passage(opened)
        if opened.read_only:
            self._messages.warn(self.tr("This text is open in another window and can only be read here."))
        elif found is None:
            self._messages.warn(self.tr("Select what is to be rewritten."))
        else:
            self._start(opened, *found)

    @Slot()
    def another(self) -> None:
        """Ask for one more proposal for the same passage, as it was asked for before."""
        if self._request is None or self._opened is not self._workspace.current or self._place.touched:
            self.rewrite()
            return
        self._jobs.stop()
        seed = self._request.params.seed
        if seed >= 0:  # the same seed would write the same again
            seed += len(self.proposals)
        self._run(replace(self._request, variants=1, params=replace(self._request.params, seed=seed)))

    @Slot(int)
    def choose(self, number: int) -> None:
        """Show what a proposal would change."""
        if self.proposals[number].text:
            self.current = number
            self._show()

    def walk(self, steps: int) -> None:
        """Show the proposal `steps` further, around the end."""
        if self.proposals:
            self.choose((self.current + steps) % len(self.proposals))

    @Slot(int)
    def step(self, steps: int) -> None:
        """Take another change of the proposal in view in hand."""
        self._panel.changes.step(steps)

    @Slot()
    def take_or_leave(self) -> None:
        """Leave the change in hand out of what is accepted, or take it after all."""
        self._panel.changes.take_or_leave()

    @Slot()
    def accept(self) -> None:
        """Put the proposal in view, but for the changes that are left out, in place of the passage."""
        opened = self._opened
        if opened is None or not self.proposals or not self.proposals[self.current].text:
            self._messages.note(self.tr("There is no proposal yet."))
            return
        self._jobs.stop_for(self)
        if self._place.touched:
            self._messages.warn(self.tr("The passage was changed since: select it and rewrite it again."))
            return
        self._show()  # the last of a proposal that was stopped may not be in view yet
        end = opened.editor.write(self._place.start, self._place.end, self._panel.changes.text, Origin.MODEL)
        self._workspace.show_document(opened)
        opened.editor.put_caret(end, end)
        opened.editor.ensureCursorVisible()
        self.close()

    @Slot()
    def close(self) -> None:
        """Forget the proposals; the text stays as it is."""
        self._jobs.stop_for(self)
        if self._opened is not None:
            self._opened.editor.untrack(self._place)
        self._opened, self._request, self.proposals, self.current = None, None, [], -1
        self._show()

    def on_text(self, variant: int, text: str) -> None:
        """Take text of a proposal."""
        self.proposals[self._first + variant].text += text
        if not self._show_due.isActive():
            self._show_due.start()

    def on_event(self, event: Event) -> None:
        """Take note of finished proposals."""
        if isinstance(event, Result):
            self._language = str(event.values.get("language", ""))
        if isinstance(event, VariantFinished):
            proposal = self.proposals[self._first + event.variant]
            proposal.finished, proposal.seed, proposal.bits = True, event.seed, event.bits
            self._show()

    def on_end(self) -> None:
        """Keep what came before a stop or failure."""
        for proposal in self.proposals:
            proposal.finished = True
        self._show()

    def _start(self, opened: OpenDocument, start: int, end: int) -> None:
        self._jobs.stop()
        try:
            request = self._panel.request(opened.editor.text_between(start, end))
            check_instruction(request)
        except (InputError, SettingsError) as error:
            self._messages.warn(str(error))
            return
        self.close()
        self._opened, self._request = opened, request
        self._place = opened.editor.track(TrackedRange(start, end))
        self._run(request)

    def _run(self, request: Request) -> None:
        self._first = self.current = len(self.proposals)
        self.proposals += [Variant(row=row, rows=request.variants) for row in range(request.variants)]
        self._jobs.run(request, self)
        self._show()

    @Slot()
    def _show(self) -> None:
        self._show_due.stop()
        original = self._request.text if self._request is not None else ""
        self._panel.show_proposals(original, self.proposals, self.current, self._language)

    @Slot(object)
    def _on_closing(self, opened: OpenDocument) -> None:
        if self._opened is opened:
            self.close()


def _passage(opened: OpenDocument) -> tuple[int, int] | None:
    """Return where the selection stands, without the white space around it; None where nothing is selected."""
    cursor = opened.editor.textCursor()
    start, raw = cursor.selectionStart(), cursor.selectedText()
    begin, end = len(raw) - len(raw.lstrip()), len(raw.rstrip())
    return (start + begin, cursor.selectionEnd() - (len(raw) - end)) if raw.strip() else None
