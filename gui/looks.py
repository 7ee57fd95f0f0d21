"""Theme and size of the text, chosen by the writer and followed by everything."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QActionGroup, QColor
from PySide6.QtWidgets import QApplication, QMenu

from gui.panels.find_bar import FindBar
from gui.panels.result import ResultPane
from gui.settings import Settings
from gui.themes import THEMES, Theme, apply_theme, choose_theme
from gui.workspace import Workspace

_USUAL_POINTS = 14.0


class Looks(QObject):
    """Apply theme and zoom to the whole window."""

    changed = Signal()

    def __init__(self, application: QApplication, settings: Settings) -> None:
        super().__init__(application)
        self._application = application
        self._settings = settings
        self.theme: Theme = choose_theme(settings.theme, application)
        apply_theme(self.theme, application)
        self._parts: tuple[Workspace, ResultPane, FindBar] | None = None
        application.styleHints().colorSchemeChanged.connect(self._on_scheme)

    def dress(self, workspace: Workspace, result: ResultPane, find: FindBar) -> None:
        """Have these parts follow from now on."""
        self._parts = (workspace, result, find)

    def choose(self, name: str) -> None:
        """Change to the theme called `name`."""
        self._settings.theme = name
        self.theme = choose_theme(name, self._application)
        apply_theme(self.theme, self._application)
        if self._parts is not None:
            workspace, result, find = self._parts
            workspace.set_theme(self.theme)
            result.highlighter.set_theme(self.theme)
            find.set_colour(QColor(self.theme.found))
        self.changed.emit()

    @Slot(int)
    def zoom(self, steps: int) -> None:
        """Make the text larger or smaller; 0 steps go back to the usual size."""
        points = self._settings.points + steps if steps else _USUAL_POINTS
        self._settings.points = max(7.0, min(40.0, points))
        if self._parts is not None:
            workspace, result, _ = self._parts
            for editor in (*(each.editor for each in workspace.documents), result.editor):
                editor.typesetting.set_points(self._settings.points)

    def fill_menu(self, menu: QMenu) -> None:
        """Offer the themes in `menu`."""
        names = {"system": self.tr("As the system"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        group = QActionGroup(menu)
        for name in THEMES:
            action = menu.addAction(names[name])
            action.setCheckable(True)
            action.setChecked(name == self._settings.theme)
            action.triggered.connect(lambda _checked=False, name=name: self.choose(name))
            group.addAction(action)

    @Slot()
    def _on_scheme(self) -> None:
        if self._settings.theme == "system":
            self.choose("system")
