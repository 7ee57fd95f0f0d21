"""The parts of the window, made once and handed on together."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMenu, QTabWidget, QWidget

from engine.modes import Mode
from engine.paths import data_dir
from engine.store.library import Library
from gui.aligning import Aligning
from gui.background import Background
from gui.centre import Centre
from gui.commands import Commands
from gui.completing import Completing
from gui.conversing import Conversing
from gui.editor import Editor
from gui.engine_client import EngineClient
from gui.files import Files
from gui.jobs import Jobs
from gui.journals import Journals
from gui.looks import Looks
from gui.mode_panels import MODES, Panel, Panels, make_panels, make_tabs
from gui.panels.dialogue import DialoguePanel
from gui.panels.documents import DocumentsPanel
from gui.panels.find_bar import FindBar
from gui.panels.job_bar import JobBar
from gui.panels.message_bar import MessageBar
from gui.panels.result import ResultPane
from gui.panels.rewrite import RewritePanel
from gui.panels.scorecard_pane import ScorecardPane
from gui.panels.status_bar import StatusBar
from gui.panels.summarise import SummarisePanel
from gui.panels.surprise_pane import SurprisePane
from gui.panels.tool_pane import Assistant
from gui.panels.translate import TranslatePanel
from gui.panels.wording_pane import WordingPane
from gui.panels.write import WritePanel
from gui.panes import Panes
from gui.ranking import Ranking
from gui.readout import Readout
from gui.results import Results
from gui.rewording import Rewording
from gui.rewriting import Rewriting
from gui.scorecard import Scorecard
from gui.settings import Settings
from gui.story_notes import StoryNotes
from gui.surprise import SurpriseMap
from gui.typewriter import Typewriter
from gui.workspace import Workspace
from gui.writing import Writing


@dataclass(frozen=True)
class Tools:
    """The tools that take the place of the modes while the writer has them in hand."""

    wordings: WordingPane
    surprise: SurprisePane
    scorecard: ScorecardPane


@dataclass
class Parts:
    """Everything the window consists of."""

    settings: Settings
    client: EngineClient
    commands: Commands
    jobs: Jobs
    background: Background
    looks: Looks
    messages: MessageBar
    job_bar: JobBar
    status: StatusBar
    find_bar: FindBar
    workspace: Workspace
    result: ResultPane
    documents: DocumentsPanel
    write: WritePanel
    translate: TranslatePanel
    summarise: SummarisePanel
    rewrite: RewritePanel
    dialogue: DialoguePanel
    tabs: QTabWidget
    assistant: Assistant
    panes: Panes
    journals: Journals
    files: Files
    readout: Readout
    writing: Writing
    completing: Completing
    rewording: Rewording
    rewriting: Rewriting
    conversing: Conversing
    surprise: SurpriseMap
    scorecard: Scorecard
    tools: Tools
    results: Results
    notes: StoryNotes
    typewriter: Typewriter

    @property
    def mode(self) -> Mode:
        """Return the mode whose panel is in view."""
        return MODES[self.tabs.currentIndex()]

    @property
    def panels(self) -> Panels:
        """Return the panels, in the order of MODES."""
        return self.write, self.translate, self.summarise, self.rewrite, self.dialogue

    @property
    def panel(self) -> Panel:
        """Return the panel in view."""
        return self.panels[self.tabs.currentIndex()]

    def show_mode(self, mode: Mode) -> None:
        """Bring the panel of `mode` into view, in place of a tool."""
        self.assistant.close_tool()
        self.tabs.setCurrentIndex(MODES.index(mode))


def make_parts(window: QWidget, application: QApplication, settings: Settings, client: EngineClient) -> Parts:
    """Make all parts of `window`; nothing leads anywhere yet."""
    commands = Commands(window, settings.shortcuts)
    jobs = Jobs(client, window)
    background = Background(client, jobs)
    looks = Looks(application, settings)
    messages = MessageBar()

    make_editor = functools.partial(_make_editor, settings, commands, looks)
    workspace = Workspace(make_editor, looks.theme)
    result = ResultPane(make_editor(window), looks.theme)
    find_bar = FindBar(QColor(looks.theme.found))
    looks.dress(workspace, result, find_bar)
    journals = Journals(workspace, messages, Library(data_dir() / "documents"))
    files = Files(window, workspace, settings, messages, journals)
    result.editor.files_dropped.connect(files.open_all)
    panels = make_panels(settings, commands, jobs, looks, messages)
    write, translate, summarise, rewrite, dialogue = panels
    tabs = make_tabs(panels)
    documents, status, job_bar = DocumentsPanel(), StatusBar(), JobBar()
    assistant = Assistant(tabs)
    tools = _make_tools(assistant)
    centre = Centre(workspace, result, find_bar, job_bar, messages)
    return Parts(
        settings=settings,
        client=client,
        commands=commands,
        jobs=jobs,
        background=background,
        looks=looks,
        messages=messages,
        job_bar=job_bar,
        status=status,
        find_bar=find_bar,
        workspace=workspace,
        result=result,
        documents=documents,
        write=write,
        translate=translate,
        summarise=summarise,
        rewrite=rewrite,
        dialogue=dialogue,
        tabs=tabs,
        assistant=assistant,
        panes=Panes(documents, centre, assistant, settings),
        journals=journals,
        files=files,
        readout=Readout(workspace, documents, status),
        writing=Writing(workspace, write, jobs, messages, Ranking(background)),
        completing=Completing(workspace, write, jobs, background, commands, settings),
        rewording=Rewording(workspace, tools.wordings, jobs, messages),
        rewriting=Rewriting(workspace, rewrite, jobs, messages),
        conversing=Conversing(workspace, dialogue, jobs, messages, journals),
        surprise=SurpriseMap(workspace, tools.surprise, write, jobs, looks),
        scorecard=Scorecard(workspace, result, tools.scorecard, write, jobs, messages),
        tools=tools,
        results=Results(workspace, result, jobs, messages, Aligning(result.editor, background, looks)),
        notes=StoryNotes(workspace, write.notes, settings),
        typewriter=Typewriter(workspace, commands, settings),
    )


def _make_editor(settings: Settings, commands: Commands, looks: Looks, parent: QWidget) -> Editor:
    editor = Editor(settings.points, commands.is_command, parent)
    editor.zoom_asked.connect(looks.zoom)
    editor.context_menu = lambda: _context_menu(commands, editor)
    return editor


def _make_tools(assistant: Assistant) -> Tools:
    tools = Tools(WordingPane(), SurprisePane(), ScorecardPane())
    for tool in (tools.wordings, tools.surprise, tools.scorecard):
        assistant.add_tool(tool)
    return tools


def _context_menu(commands: Commands, editor: Editor) -> QMenu:
    """Return what a right click into `editor` offers."""
    menu = QMenu(editor)
    names = ["undo", "redo", "", "cut", "copy", "paste", "select_all", "", "generate", "another", "accept", "settings"]
    for name in names:
        if name:
            menu.addAction(commands[name])
        else:
            menu.addSeparator()
    return menu
