"""Translate and Summarise: from a source in the text in view to a result beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.errors import SettingsError
from engine.events import Event, KeySentence
from engine.modes import Mode, Request, SummaryStyle
from engine.store.edits import Origin
from gui.aligning import Aligning
from gui.jobs import Jobs
from gui.open_document import OpenDocument
from gui.panels.message_bar import MessageBar
from gui.panels.result import ResultPane
from gui.panels.summarise import SummarisePanel
from gui.panels.translate import TranslatePanel
from gui.pointing import point_out
from gui.ranges import TrackedRange
from gui.source import Source
from gui.streaming import StreamedText
from gui.workspace import Workspace


class Results(QObject):
    """Fill the result pane, and put what is in it where the writer wants it."""

    save_asked = Signal(str, str)  # text, suggested name

    def __init__(
        self, workspace: Workspace, pane: ResultPane, jobs: Jobs, messages: MessageBar, aligning: Aligning
    ) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._pane = pane
        self._jobs = jobs
        self._messages = messages
        self._aligning = aligning
        self._request: Request | None = None
        self._source: Source | None = None
        self._stream: StreamedText | None = None
        self._sentences: list[tuple[int, TrackedRange]] = []
        self._name = ""
        pane.insert_asked.connect(self._on_insert)
        pane.replace_asked.connect(self._on_replace)
        pane.save_asked.connect(self._on_save)
        pane.sentence_chosen.connect(self._on_sentence)
        workspace.closing.connect(self._on_closing)

    def translate(self, panel: TranslatePanel) -> None:
        """Translate the selection or the document."""
        self._start(panel.request, self.tr("There is no text to translate: write or open one first."))
        if self._jobs.running:
            self._open_text(panel.target_name)

    def summarise(self, panel: SummarisePanel) -> None:
        """Summarise the selection or the document."""
        self._start(panel.request, self.tr("There is no text to summarise: write or open one first."))
        if not self._jobs.running:
            return
        title = panel.style_names()[panel.style_chosen]
        if panel.style_chosen is SummaryStyle.KEY_SENTENCES:
            self._pane.show_sentences(self._headline(title))
        else:
            self._open_text(title)
        self._name = title

    def before_undo(self) -> None:
        """Stop a result that is being written, so that it can be taken back as one step."""
        if self._stream is not None:
            self._jobs.stop()

    def on_text(self, variant: int, text: str) -> None:
        """Take text of the result."""
        if self._stream is not None and variant == 0:
            if self._stream.range.end == self._stream.range.start:
                self._pane.editor.typesetting.choose_font(text)
            self._stream.insert(text)

    def on_event(self, event: Event) -> None:
        """Take a key sentence."""
        if isinstance(event, KeySentence) and self._source is not None:
            row = sum(start <= event.start for start, _ in self._sentences)
            self._sentences.insert(row, (event.start, self._source.track_part(event.start, event.end)))
            self._pane.sentences.insert(row, event.text)

    def on_end(self) -> None:
        """Put the result in order; what came before a stop or failure stays."""
        if self._stream is not None:
            self._stream.finish()
            self._stream = None
            if self._source is not None and self._request is not None and self._request.mode is Mode.TRANSLATE:
                self._aligning.follow(self._source, self._request)

    def _start(self, build: Callable[[str], Request], empty: str) -> None:
        self._jobs.stop()
        source = Source(self._workspace.current)
        try:
            if not source.text.strip():
                raise SettingsError(empty)
            request = build(source.text)
        except SettingsError as error:
            source.release()
            self._messages.warn(str(error))
            return
        self._forget_source()
        self._source, self._request = source, request
        self._jobs.run(request, self)

    def _open_text(self, title: str) -> None:
        self._pane.show_text(self._headline(title))
        end = self._pane.editor.document().characterCount() - 1
        self._stream = StreamedText(self._pane.editor, 0, end)
        self._name = title

    def _headline(self, title: str) -> str:
        """Return `title` with what the result was made of, since another document may come into view beside it."""
        assert self._source is not None
        name = self._source.opened.title
        return f"{title} · {name}" if self._source.whole else self.tr("{0} · selection of {1}").format(title, name)

    def _forget_source(self) -> None:
        self._aligning.forget()
        if self._source is not None:
            self._source.release()
        self._source = None
        self._sentences = []

    @Slot()
    def _on_insert(self) -> None:
        opened = self._workspace.current
        caret = opened.editor.textCursor().selectionEnd()
        self._put(opened, caret, caret)

    @Slot()
    def _on_replace(self) -> None:
        source = self._source
        if source is None or source.range.touched:
            self._messages.warn(self.tr("The source was changed or closed since: insert or copy the result instead."))
            return
        self._put(source.opened, source.range.start, source.range.end)
        self._workspace.show_document(source.opened)

    def _put(self, opened: OpenDocument, start: int, end: int) -> None:
        self._jobs.stop()
        if not self._pane.text:
            self._messages.note(self.tr("There is no result yet."))
            return
        if opened.read_only:
            self._messages.warn(self.tr("This text is open in another window and can only be read here."))
            return
        stop = opened.editor.write(start, end, self._pane.text, Origin.MODEL)
        opened.editor.put_caret(stop, stop)
        opened.editor.ensureCursorVisible()

    @Slot()
    def _on_save(self) -> None:
        stem = Path(self._source.opened.title).stem if self._source else self.tr("Untitled")
        self.save_asked.emit(self._pane.text, f"{stem} ({self._name}).md")

    @Slot(int)
    def _on_sentence(self, row: int) -> None:
        if self._source is None or row >= len(self._sentences):
            self._messages.note(self.tr("The source is no longer open."))
            return
        place = self._sentences[row][1]
        self._workspace.show_document(self._source.opened)
        point_out(self._source.editor, place.start, place.end)

    @Slot(object)
    def _on_closing(self, opened: OpenDocument) -> None:
        if self._source is not None and self._source.opened is opened:
            self._jobs.stop()
            self._forget_source()
