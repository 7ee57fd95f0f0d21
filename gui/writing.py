"""Write mode: continuations at the caret, their variants, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import SettingsError
from engine.events import Event, ModelLoaded, VariantFinished
from engine.modes import Request
from gui.editor import Editor
from gui.jobs import Jobs
from gui.open_document import OpenDocument
from gui.panels.message_bar import MessageBar
from gui.panels.write import WritePanel
from gui.ranking import Ranking
from gui.repeating import Repeating, same_again
from gui.variant import Variant
from gui.variants import VariantSet
from gui.variants_shown import VariantsShown
from gui.workspace import Workspace


class Writing(QObject):
    """Continue the text in view, and walk among what came."""

    began = Signal(object)  # VariantSet, before anything is written for it
    expected = Signal(object)  # VariantSet, when text begins to stream into it
    settled = Signal(object)  # VariantSet, whenever it changed and nothing streams in

    def __init__(
        self, workspace: Workspace, panel: WritePanel, jobs: Jobs, messages: MessageBar, ranking: Ranking
    ) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._panel = panel
        self._jobs = jobs
        self._messages = messages
        self._ranking = ranking
        self.take_up_here: Callable[[], object] = lambda: None  # takes up the variants of what the caret is in
        self._set: VariantSet | None = None
        self._first = 0
        self._repeating = Repeating(messages)
        self._shown = VariantsShown(panel.cards, workspace, self)
        self._shown.settled.connect(self.settled)
        panel.cards.chosen.connect(self.choose)
        workspace.closing.connect(self._on_closing)

    @property
    def variants(self) -> VariantSet | None:
        """Return the variants of the latest continuation."""
        return self._set

    @Slot()
    def generate(self) -> None:
        """Continue at the caret, or after the selection."""
        self._generate_at(self._workspace.current.editor.textCursor().selectionEnd())

    @Slot()
    def continue_on(self) -> None:
        """Accept what the model wrote last and continue after it; at the caret where there is nothing."""
        self._jobs.stop()
        here = self._here()
        if here is None or here.current < 0:
            self.generate()
            return
        position = here.range.end
        self._workspace.current.model_text.accept_all()
        here.editor.put_caret(position, position)
        self._generate_at(position)

    @Slot()
    def another(self) -> None:
        """Ask for another variant of what the caret is in or else of the last continuation, in its place.

        Of a branch it is another branch. The others are kept.
        """
        self._jobs.stop()
        self.take_up_here()
        variants = self._here()
        if variants is None or variants.range.touched:
            self.generate()
        elif variants.current < 0:
            self.write_more(variants.request.text, 1)
        else:
            now = variants.variants[variants.current]
            self.write_more(variants.asked(variants.current).text, 1, now.parent, now.offset)

    def write_more(self, text: str, count: int, parent: int = -1, offset: int = 0) -> None:
        """Have `count` more variants of the set in view written, as the panel now says, after `text`.

        They begin with the first `offset` characters of the variant `parent`, with which `text` then ends.
        """
        variants = self._set
        assert variants is not None
        request = self._request(text)
        if request is None:
            return
        seed = request.params.seed
        if seed >= 0:  # the same seed would write the same again
            seed += len(variants.variants)
        request = replace(request, variants=count, params=replace(request.params, seed=seed))
        self._run(request, count, Variant(preset=self._panel.controls.preset, parent=parent, offset=offset))
        self._shown.show()
        self._panel.show_current()

    @Slot()
    def regenerate(self) -> None:
        """Write the variant in the text again from its record: same request, same seed, so the same text."""
        self._jobs.stop()
        self.take_up_here()
        variants = self._here()
        if variants is None or not variants.stands():
            self._messages.note(self.tr("There is no variant in the text that could be written again."))
            return
        again = variants.variants[variants.current]
        if self._repeating.can(again):
            like = Variant(preset=again.preset, parent=again.parent, offset=again.offset)
            self._run(same_again(variants.asked(variants.current), again), 1, like)
            self._repeating.begin(again)

    def adopt(self, variants: VariantSet) -> None:
        """Take up a set that was kept with its document."""
        self._jobs.stop()
        self._replace_set(variants)

    @Slot(int)
    def choose(self, number: int) -> None:
        """Put a variant in place of the one in the text."""
        if self._set is None or number == self._set.current:
            return
        if self._set.streaming:
            self._messages.note(self.tr("The variants can be exchanged once all of them are written."))
        elif not self._set.show(number):
            self._messages.note(self.tr("The text was changed since, so the variant was not exchanged."))

    def walk(self, steps: int) -> None:
        """Show the next variant but `steps` in place, of what the caret is in or else of the last continuation."""
        self.take_up_here()
        here = self._here()
        if here is not None and here.walk(steps):
            self._panel.show_current()

    @Slot()
    def accept(self) -> None:
        """Make what the model wrote the writer's own, in the selection or, where nothing is selected, everywhere."""
        opened = self._workspace.current
        cursor = opened.editor.textCursor()
        if cursor.hasSelection():
            opened.model_text.accept(cursor.selectionStart(), cursor.selectionEnd())
        else:
            opened.model_text.accept_all()

    def before_undo(self, editor: Editor) -> None:
        """Stop writing into `editor`, so that what came so far can be taken back as one step."""
        if self._set is not None and self._set.streaming and self._set.editor is editor:
            self._jobs.stop()

    def on_text(self, variant: int, text: str) -> None:
        """Take text of a variant."""
        number = self._number(variant)
        if self._set is not None and number is not None:
            self._set.add_text(number, text)

    def on_event(self, event: Event) -> None:
        """Take note of finished variants, and of the model that writes."""
        if self._set is not None and isinstance(event, ModelLoaded):
            self._set.name_model(self._first, event.model)
        if self._set is None or not isinstance(event, VariantFinished):
            return
        number = self._number(event.variant)
        if number is not None:
            self._set.finish_variant(number, event.seed, event.bits)

    def on_end(self) -> None:
        """Put everything in order after the last text."""
        if self._set is not None:
            self._set.finish()
            self._repeating.judge(self._set.variants, self._first)
            self._ranking.rank(self._set)

    def _number(self, variant: int) -> int | None:
        """Return which variant of the set a job's variant is; None for one that nobody waits for."""
        place = self._repeating.place(variant)
        return None if place is None else self._first + place

    def _generate_at(self, position: int) -> None:
        self._jobs.stop()
        opened = self._workspace.current
        if opened.read_only:
            self._messages.warn(self.tr("This text is open in another window and can only be read here."))
            return
        text = opened.editor.text_before(position)
        if not text.strip():
            self._messages.warn(self.tr("There is nothing before the caret to continue: write a few words first."))
            return
        request = self._request(text)
        if request is not None:
            self._replace_set(VariantSet(opened.editor, request, position))
            opened.editor.ensureCursorVisible()
            self._run(request, request.variants, Variant(preset=self._panel.controls.preset))

    def _here(self) -> VariantSet | None:
        """Return the set in view if it belongs to the document in view."""
        return self._set if self._set and self._set.editor is self._workspace.current.editor else None

    def _request(self, text: str) -> Request | None:
        """Return the request to continue `text` as the panel now says; None, and a word about it, where that fails."""
        try:
            return self._panel.request(text)
        except SettingsError as error:
            self._messages.warn(str(error))
            return None

    def _run(self, request: Request, count: int, like: Variant) -> None:
        """Have `request` served, `count` variants of which go to the set in view."""
        variants = self._set
        assert variants is not None
        self._jobs.stop()
        self.began.emit(variants)
        like.request = None if request == variants.request else request
        self._first = variants.expect(count, like)
        self.expected.emit(variants)
        self._jobs.run(request, self)

    def _replace_set(self, variants: VariantSet | None) -> None:
        if self._set is not None:
            self._set.close()
            self._ranking.forget()
        self._set = variants
        self._shown.follow(variants)

    @Slot(object)
    def _on_closing(self, opened: OpenDocument) -> None:
        if self._set is not None and self._set.editor is opened.editor:
            self._jobs.stop()
            self._replace_set(None)
