"""Scorecard: a text against a reference file, or as a language model sees it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from engine.errors import InputError
from engine.events import Event, Result
from engine.modes import Mode, Request
from engine.text.documents import read_document
from gui.jobs import Jobs
from gui.panels.message_bar import MessageBar
from gui.panels.result import ResultPane
from gui.panels.scorecard_pane import ScorecardPane
from gui.panels.write import WritePanel
from gui.raw_text import from_document
from gui.workspace import Workspace


class Scorecard(QObject):
    """Have the text in view scored, or the result beside it."""

    def __init__(
        self,
        workspace: Workspace,
        result: ResultPane,
        pane: ScorecardPane,
        panel: WritePanel,
        jobs: Jobs,
        messages: MessageBar,
    ) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._result = result
        self._pane = pane
        self._panel = panel
        self._jobs = jobs
        self._messages = messages
        self._title = ""
        pane.reference_asked.connect(self._on_reference)
        pane.model_asked.connect(self.score_by_model)

    def score_against(self, path: Path) -> None:
        """Score against the text of the file at `path`."""
        try:
            reference = read_document(path).text
        except InputError as error:
            self._messages.warn(str(error))
            return
        self._title = self.tr("{0} against {1}").format(self._name(), path.name)
        # Blank lines are nobody's translation and would count as lines that are wholly wrong.
        self._run(Request(Mode.SCORE, _filled(self._text()), other=_filled(reference) or "\n"))

    @Slot()
    def score_by_model(self) -> None:
        """Score by the model of Write mode."""
        self._title = self.tr("{0} by the model").format(self._name())
        self._run(Request(Mode.SCORE, self._text(), model=self._panel.controls.model))

    def on_text(self, variant: int, text: str) -> None:
        """Take no text: this job brings none."""

    def on_event(self, event: Event) -> None:
        """Take the scores."""
        if isinstance(event, Result):
            self._pane.show_scores(self._title, event.values)

    def on_end(self) -> None:
        """Say so where no scores came."""
        if not self._pane.report:
            self._pane.clear("")

    def _run(self, request: Request) -> None:
        self._pane.clear(self.tr("Scoring…"))
        self._jobs.run(request, self)

    def _text(self) -> str:
        if self._pane.of_result:
            return self._result.text
        editor = self._workspace.current.editor
        selected = from_document(editor.textCursor().selectedText())
        return (selected or editor.text()).rstrip("\n")

    def _name(self) -> str:
        return self.tr("The result") if self._pane.of_result else self._workspace.current.title

    @Slot()
    def _on_reference(self) -> None:
        here = self._workspace.current.path
        start = str(here.parent if here else Path.home())
        path, _ = QFileDialog.getOpenFileName(self._pane.window(), self.tr("Choose the reference"), start)
        if path:
            self.score_against(Path(path))


def _filled(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.strip())
