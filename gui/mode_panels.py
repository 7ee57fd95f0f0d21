"""The panels of the modes, in the order of their tabs."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget

from engine.catalog import ModelEntry
from engine.errors import ModelError
from engine.modes import TEXT_MODES
from gui.commands import Commands
from gui.jobs import Jobs
from gui.looks import Looks
from gui.panels.dialogue import DialoguePanel
from gui.panels.message_bar import MessageBar
from gui.panels.rewrite import RewritePanel
from gui.panels.summarise import SummarisePanel
from gui.panels.translate import TranslatePanel
from gui.panels.write import WritePanel
from gui.servers import choices
from gui.settings import Settings

MODES = TEXT_MODES
Panel = WritePanel | TranslatePanel | SummarisePanel | RewritePanel | DialoguePanel
Panels = tuple[WritePanel, TranslatePanel, SummarisePanel, RewritePanel, DialoguePanel]


def make_panels(settings: Settings, commands: Commands, jobs: Jobs, looks: Looks, messages: MessageBar) -> Panels:
    """Return the panels in the order of MODES; what is wrong with the models or settings is said."""
    models, fault = _models(settings)
    panels = (
        WritePanel(settings, models, commands, jobs),
        TranslatePanel(settings, models, commands, jobs),
        SummarisePanel(settings, models, commands, jobs),
        RewritePanel(settings, models, commands, jobs, looks.theme),
        DialoguePanel(settings, models, commands, jobs),
    )
    for sentence in dict.fromkeys((fault, *(panel.controls.fault for panel in panels))):
        if sentence:
            messages.warn(sentence)
    return panels


def make_tabs(panels: Panels) -> QTabWidget:
    """Return the tabs that hold the panels."""
    tabs = QTabWidget()
    tabs.setDocumentMode(True)
    for panel in panels:
        tabs.addTab(panel, panel.accessibleName())
    return tabs


def _models(settings: Settings) -> tuple[list[ModelEntry], str]:
    try:
        return choices(settings), ""
    except ModelError as error:
        return [], str(error)
