"""Complete: ghost text after a short pause in the writer's typing, and what becomes of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.events import Event, Progress
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.store.edits import Origin
from gui.background import Background
from gui.commands import Commands
from gui.editor import Editor
from gui.fonts import is_chinese
from gui.jobs import Jobs
from gui.panels.write import WritePanel
from gui.settings import Settings
from gui.timers import after
from gui.workspace import Workspace

CANDIDATES = 5
_TOKENS = 12
_REACH = 24_000  # characters of text before the caret that a model may learn from
_STRIDE = 8_000  # the beginning moves by this much at once: what a model remembers of a text begins where the text does
_TAIL = 20  # characters before the caret that tell in which script one writes
_WHILE_VISIBLE = ("accept_ghost", "accept_ghost_word", "next_ghost", "previous_ghost")


class Completing(QObject):
    """Ask for candidates once the writer pauses at the end of a paragraph, and let him take them by keys."""

    shown_first = Signal()  # ghost text is there for the first time since Penwright is

    def __init__(
        self,
        workspace: Workspace,
        panel: WritePanel,
        jobs: Jobs,
        background: Background,
        commands: Commands,
        settings: Settings,
    ) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._panel = panel
        self._jobs = jobs
        self._background = background
        self._commands = commands
        self._settings = settings
        self._set: list[str] = []  # the candidates of the set that is coming in
        self._asked_at = -1
        self._pause = after(self, 0, self.ask)  # the milliseconds are given at each start
        workspace.editor_made.connect(self._on_editor)
        workspace.current_changed.connect(self._on_current)
        jobs.started.connect(self.dismiss)
        self._on_ghost()

    def set_on(self, on: bool) -> None:
        """Complete from now on, or no more."""
        self._settings.complete = on
        if not on:
            self.dismiss()

    def set_learning(self, learning: bool) -> None:
        """Follow the words of the text before the caret from now on, or no more."""
        self._settings.learn = learning

    @Slot()
    def ask(self) -> None:
        """Ask for candidates at the caret, if ghost text can stand there."""
        editor = self._editor
        position = editor.textCursor().position()
        text = editor.text_between(_beginning(position), position)
        if self._jobs.running or editor.composing or not editor.ghost.may_show() or not text.strip():
            return
        self._set = []
        self._asked_at = position
        request = Request(
            mode=Mode.COMPLETE,
            text=text,
            params=SamplingParams(max_new_tokens=_TOKENS),
            model=self._panel.controls.model,
            variants=CANDIDATES,
            learn=self._settings.learn,
        )
        self._background.ask(request, self)

    @Slot()
    def accept(self) -> None:
        """Put all of the ghost text into the text."""
        self._accept(self._editor.ghost.text)

    @Slot()
    def accept_word(self) -> None:
        """Put its first word into the text; the others stay ghosts."""
        self._accept(self._editor.ghost.next_word())

    def cycle(self, steps: int) -> None:
        """Show another candidate."""
        self._editor.ghost.cycle(steps)

    @Slot()
    def dismiss(self) -> bool:
        """Let the ghost text go, and what is still on its way; tell whether any was there."""
        self._pause.stop()
        self._forget_request()
        shown = self._editor.ghost.visible
        self._editor.ghost.hide()
        return shown

    def on_text(self, variant: int, text: str) -> None:
        """Take text of a candidate."""
        self._set += [""] * (variant + 1 - len(self._set))
        self._set[variant] += text

    def on_event(self, event: Event) -> None:
        """Take note that a set is complete, and that another may follow it."""
        if isinstance(event, Progress) and event.unit == "sets":
            self._show()

    def on_end(self) -> None:
        """Show the last set."""
        self._show()
        self._asked_at = -1

    @property
    def _editor(self) -> Editor:
        return self._workspace.current.editor

    def _show(self) -> None:
        editor = self._editor
        before = editor.text_between(max(0, self._asked_at - _TAIL), max(0, self._asked_at))
        lines = (text.split("\n")[0].rstrip() for text in self._set)
        found = [line for line in lines if line and _fits(line, before)]
        self._set = []
        if not found or editor.ghost.begun or editor.textCursor().position() != self._asked_at:
            return
        if editor.ghost.may_show() and not editor.composing:
            editor.ghost.show(found)

    def _accept(self, text: str) -> None:
        editor = self._workspace.current.editor
        ghost = editor.ghost
        if not ghost.visible:
            return
        self._forget_request()
        start = ghost.position
        end = editor.write(start, start, text, Origin.MODEL)  # the ghost follows this as it follows typing
        editor.put_caret(end, end)
        editor.ensureCursorVisible()
        self._await_pause()

    def _forget_request(self) -> None:
        self._asked_at = -1
        self._background.withdraw(Mode.COMPLETE)

    def _await_pause(self) -> None:
        if self._settings.complete and not self._jobs.running and not self._editor.ghost.visible:
            self._pause.start(self._settings.complete_pause)

    @Slot(object)
    def _on_editor(self, editor: Editor) -> None:
        editor.edited.connect(lambda *edit: self._on_edited(editor, *edit))
        editor.composition_ended.connect(self._await_pause)
        editor.ghost.changed.connect(self._on_ghost)

    def _on_edited(self, editor: Editor, _position: int, _removed: int, added: int) -> None:
        self._pause.stop()
        if self._workspace.count() and editor is self._editor and not editor.automatic:
            self._forget_request()
            if added:
                self._await_pause()

    @Slot(object)
    def _on_current(self, _opened: object) -> None:
        self._pause.stop()
        self._forget_request()

    @Slot()
    def _on_ghost(self) -> None:
        visible = self._workspace.count() > 0 and self._editor.ghost.visible
        for name in _WHILE_VISIBLE:
            self._commands[name].setEnabled(visible)
        if visible and not self._settings.ghost_met:
            self._settings.ghost_met = True
            self.shown_first.emit()


def _fits(candidate: str, before: str) -> bool:
    """Tell whether a candidate is no Latin word amid Chinese, of which a model may know nothing."""
    first = candidate.lstrip()[:1]
    return not (is_chinese(before) and not before[-1:].isascii() and first.isascii() and first.isalpha())


def _beginning(position: int) -> int:
    """Return where the text begins that a model is shown of what stands before `position`."""
    return max(0, position - _REACH) // _STRIDE * _STRIDE
