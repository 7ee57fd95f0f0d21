"""Vary and Blend: new wordings of a sentence, and steps between two, to choose from."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from engine.catalog import list_models
from engine.errors import ModelError
from engine.events import Event
from engine.modes import Mode, Request
from gui.jobs import Jobs
from gui.open_document import OpenDocument
from gui.panels.message_bar import MessageBar
from gui.panels.wording_pane import WordingPane
from gui.sentences import sentence_at, two_sentences_at
from gui.variants import VariantSet
from gui.workspace import Workspace

_COUNT = 5


class Rewording(QObject):
    """Ask for wordings of what stands at the caret; the one chosen takes its place as one undo step."""

    opened = Signal()  # there is something to show

    def __init__(self, workspace: Workspace, pane: WordingPane, jobs: Jobs, messages: MessageBar) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._pane = pane
        self._jobs = jobs
        self._messages = messages
        self.model = ""  # id of the model asked, "" for the first that can
        self._set: VariantSet | None = None
        self._first = 1  # the number of the first wording that the running job brings
        pane.chosen.connect(self.choose)
        pane.more_asked.connect(self._on_more)
        workspace.closing.connect(self._on_closing)

    @property
    def variants(self) -> VariantSet | None:
        """Return the wordings in view."""
        return self._set

    @Slot()
    def vary(self) -> None:
        """Ask for new wordings of the selection or the sentence at the caret."""
        editor = self._workspace.current.editor
        found = sentence_at(editor)
        if found is None:
            self._messages.warn(self.tr("There is no sentence at the caret: write or select one."))
        elif self._may(Mode.VARY):
            self._start(found, Request(Mode.VARY, editor.text_between(*found), model=self.model, variants=_COUNT))

    @Slot()
    def blend(self) -> None:
        """Ask for steps between the two sentences selected, or those around the caret."""
        editor = self._workspace.current.editor
        found = two_sentences_at(editor)
        if found is None:
            self._messages.warn(self.tr("Blending needs two sentences: select both, or put the caret between them."))
        elif self._may(Mode.BLEND):
            (start, first_end), (last_start, end) = found
            first, last = editor.text_between(start, first_end), editor.text_between(last_start, end)
            self._start((start, end), Request(Mode.BLEND, first, model=self.model, other=last, variants=_COUNT))

    @Slot(int)
    def choose(self, number: int) -> None:
        """Put a wording in place of what stands there."""
        if self._set is None or number == self._set.current or not self._set.variants[number].text:
            return
        if not self._set.show(number):
            self._messages.note(self.tr("The sentence was changed since, so the wording was not exchanged."))

    @Slot()
    def close(self) -> None:
        """Leave the text as it is and forget the wordings."""
        self._jobs.stop_for(self)
        if self._set is not None:
            self._set.close()
            self._set = None
        self._show()

    def on_text(self, variant: int, text: str) -> None:
        """Take text of a wording."""
        if self._set is None:
            return
        while len(self._set.variants) <= self._first + variant:
            self._set.add_waiting()
        self._set.add_text(self._first + variant, text)

    def on_event(self, event: Event) -> None:
        """Take nothing but text."""

    def on_end(self) -> None:
        """Offer to ask for others."""
        if self._set is not None:
            self._set.finish()
            self._show()

    def _may(self, mode: Mode) -> bool:
        if self._workspace.current.read_only:
            self._messages.warn(self.tr("This text is open in another window and can only be read here."))
            return False
        try:
            if any(entry.serves(mode) for entry in list_models()):
                return True
            sentence = self.tr(
                "No model here can reword sentences yet. Train one on your own texts: "
                'menu Train, purpose "Vary and blend sentences".'
            )
        except ModelError as error:
            sentence = str(error)
        self._messages.warn(sentence)
        return False

    def _start(self, place: tuple[int, int], request: Request) -> None:
        self.close()
        here = self._workspace.current
        self._set = VariantSet(here.editor, request, place[0])
        self._set.begin_with(*place)
        self._set.changed.connect(self._show)
        self._first = 1
        self.opened.emit()
        self._jobs.run(request, self)
        self._show()

    @Slot()
    def _show(self) -> None:
        if self._set is None:
            self._pane.show_variants("", [], -1, finished=False)
            return
        running = self._jobs.serves(self)
        hint = self.tr("Looking for wordings…") if running else self.tr("A click puts a wording in place of yours.")
        self._pane.show_variants(hint, self._set.variants, self._set.current, finished=not running)

    @Slot()
    def _on_more(self) -> None:
        if self._set is not None:
            self._first = len(self._set.variants)
            self._jobs.run(self._set.request, self)
            self._show()

    @Slot(object)
    def _on_closing(self, opened: OpenDocument) -> None:
        if self._set is not None and self._set.editor is opened.editor:
            self.close()
