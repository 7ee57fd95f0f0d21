"""The project room as the main window has it: its commands, its panes, and what they tell each other."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from gui.parts import Parts
from gui.project.arranging import Arranging
from gui.project.goal import GoalDialog, GoalGauge
from gui.project.moving import Moving
from gui.project.notes_pane import NotesPane
from gui.project.noting import Noting
from gui.project.panel import ProjectPanel
from gui.project.project import Project
from gui.project.search_pane import SearchPane
from gui.project.searching import Searching
from gui.project.session import Session
from gui.project.walking import Walking
from gui.recent_menu import RecentMenu

_NARROW = 900  # pixels of window width
_MENU = (  # of the tree; "" is a line
    *("new_chapter", "new_part", "rename_chapter", ""),
    *("chapter_up", "chapter_down", "chapter_in", "chapter_out", ""),
    *("leave_out", "to_bin"),
)
_ELSEWHERE = ("close_project", "search_project", "previous_chapter", "next_chapter", "go_to_project")


class ProjectRoom(QObject):
    """Make the parts of the project room and connect them with those of the window."""

    def __init__(self, window: QWidget, parts: Parts) -> None:
        super().__init__(window)
        self._window = window
        self._parts = parts
        self.project = Project(parts.messages, parts.journals.library, self)
        self.panel = ProjectPanel()
        self.search = SearchPane(QColor(parts.looks.theme.found))
        self.notes = NotesPane()
        self.gauge = GoalGauge()
        self._tool: QWidget | None = None  # the one in view
        self.moving = moving = Moving(self.project, parts.workspace, parts.journals, parts.files, parts.settings)
        self.arranging = Arranging(window, self.project, parts.files, moving, parts.messages)
        self.noting = Noting(parts.workspace, self.notes, parts.journals)
        self.searching = Searching(self.project, self.search, parts.workspace, parts.files, parts.journals, self.noting)
        self.session = Session(parts.workspace, parts.readout)
        self.walking = Walking(self.project, self.panel, parts)
        parts.documents.add_above(self.panel, self.panel.tree)
        parts.status.insertWidget(1, self.gauge)
        for tool in (self.search, self.notes):
            parts.assistant.add_tool(tool)
        self.recent = RecentMenu(self.tr("Recent pro&jects"), window)
        self.recent.show_paths(parts.settings.projects)
        self._connect_commands()
        self._connect_parts()
        window.installEventFilter(self)
        self._show_project()
        self._on_looks()
        self._show_goal()

    def build(self, file_menu: QMenu) -> None:
        """Put the recent projects into the File menu, and the tree's own menu together."""
        commands, menu = self._parts.commands, self.panel.tree.menu
        file_menu.insertMenu(commands["close_project"], self.recent)
        for name in _MENU:
            if name:
                menu.addAction(commands[name])
            else:
                menu.addSeparator()

    def restore(self) -> None:
        """Open the project of the last time and the document that was in view."""
        settings = self._parts.settings
        folder, document = settings.project, settings.project_document
        if not folder or not Path(folder).is_dir():
            settings.project = ""
            return
        self.project.open(Path(folder))
        if document and (Path(folder) / document).is_file():
            self._parts.files.open(Path(folder) / document)

    def open(self, folder: Path) -> None:
        """Open the project in `folder`."""
        if not folder.is_dir():
            self._parts.messages.warn(self.tr("There is no folder {0}: open another one.").format(folder))
            return
        self.project.open(folder)
        self._parts.settings.add_project(str(folder.absolute()))
        self.recent.show_paths(self._parts.settings.projects)
        self._parts.panes.show_pane("documents", True)

    def shutdown(self) -> None:
        """Remember the document in view, and end what reads in the background."""
        settings = self._parts.settings
        settings.project_document = self.project.path_of(self._parts.workspace.current.path)
        self.project.shutdown()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look at the folder when the writer comes back from another window; give way where there is little room."""
        if event.type() == QEvent.Type.WindowActivate:
            self.project.look()
        elif event.type() == QEvent.Type.Resize:
            self.gauge.set_narrow(self._window.width() < _NARROW)
        return False

    def _connect_commands(self) -> None:
        connect, arranging = self._parts.commands.connect, self.arranging
        connect("open_project", self._on_ask_open)
        connect("close_project", self.project.close)
        connect("search_project", self._on_search)
        connect("new_chapter", lambda: arranging.new_document(self.path))
        connect("new_part", lambda: arranging.new_folder(self.path))
        connect("rename_chapter", lambda: self.panel.tree.edit_name(self.path))
        connect("previous_chapter", lambda: self.walking.step(-1))
        connect("next_chapter", lambda: self.walking.step(1))
        connect("chapter_up", lambda: arranging.step(self.path, -1))
        connect("chapter_down", lambda: arranging.step(self.path, 1))
        connect("chapter_in", lambda: arranging.into_folder(self.path))
        connect("chapter_out", lambda: arranging.out_of_folder(self.path))
        connect("leave_out", lambda: arranging.leave_out(self.path) if self.path else None)
        connect("bring_back", arranging.bring_back_all)
        connect("to_bin", lambda: arranging.to_bin(self.path))
        connect("goal", self._on_goal)
        connect("go_to_project", self._on_go_to_project)
        connect("go_to_outline", self._on_go_to_outline)
        connect("show_notes", self._on_notes)

    def _connect_parts(self) -> None:
        parts, tree = self._parts, self.panel.tree
        self.recent.chosen.connect(self.open)
        self.project.opened.connect(self._on_opened)
        self.project.arranged.connect(self._on_arranged)
        self.panel.new_asked.connect(lambda: self.arranging.new_document(self.path))
        tree.trash_asked.connect(self.arranging.to_bin)
        tree.tree.move_asked.connect(self.arranging.move)
        tree.tree.rename_asked.connect(self.arranging.rename)
        tree.named.connect(lambda: parts.workspace.current.editor.setFocus())
        parts.assistant.tool_changed.connect(self._on_tool)
        self.arranging.made.connect(self.walking.name_next)
        self.session.changed.connect(self._show_goal)
        parts.looks.changed.connect(self._on_looks)
        self.searching.led_to_notes.connect(self._on_led_to_notes)
        self.notes.back_asked.connect(self._on_back_to_hits)

    @property
    def path(self) -> str:
        """Return what a command is about: the tree's row while the writer is in the tree, else the document in view."""
        tree = self.panel.tree
        focused = QApplication.focusWidget()
        in_tree = focused is not None and (focused is tree or tree.isAncestorOf(focused))
        here = self.project.path_of(self._parts.workspace.current.path)
        return tree.path if in_tree or not here else here

    @Slot()
    def _on_ask_open(self) -> None:
        start = str(self.project.folder or Path.home())
        name = QFileDialog.getExistingDirectory(self._window, self.tr("Open project folder"), start)
        if name:
            self.open(Path(name))

    @Slot()
    def _on_opened(self) -> None:
        self._parts.settings.project = str(self.project.folder or "")
        self._show_project()

    def _show_project(self) -> None:
        folder = self.project.folder
        for name in (*filter(None, _MENU), *_ELSEWHERE):
            self._parts.commands[name].setEnabled(folder is not None)
        self.panel.show_name(folder.name or str(folder) if folder else "", str(folder or ""))
        self._on_arranged()

    @Slot()
    def _on_arranged(self) -> None:
        self._parts.commands["bring_back"].setEnabled(bool(self.project.state.left_out))

    @Slot()
    def _on_tool(self) -> None:
        before, self._tool = self._tool, self._parts.assistant.tool
        if self._tool is None and before in (self.search, self.notes):
            self._parts.workspace.current.editor.setFocus()

    @Slot()
    def _on_search(self) -> None:
        self._parts.assistant.show_tool(self.search)
        selected = self._parts.workspace.current.editor.textCursor().selectedText()
        if selected and "\u2029" not in selected:
            self.search.field.setText(selected)
        self.search.field.setFocus()
        self.search.field.selectAll()

    @Slot()
    def _on_notes(self) -> None:
        assistant = self._parts.assistant
        if assistant.tool is self.notes and self.notes.field.hasFocus():
            assistant.close_tool()
        else:
            assistant.show_tool(self.notes)
            self.notes.field.setFocus()

    @Slot(int, int)
    def _on_led_to_notes(self, start: int, end: int) -> None:
        self._parts.assistant.show_tool(self.notes)
        self.notes.show_hit(start, end)

    @Slot()
    def _on_back_to_hits(self) -> None:
        self._parts.assistant.show_tool(self.search)
        self.search.hits.setFocus()

    @Slot()
    def _on_go_to_project(self) -> None:
        self._parts.panes.show_pane("documents", True)
        self.panel.tree.setFocus()

    @Slot()
    def _on_go_to_outline(self) -> None:
        self._parts.panes.show_pane("documents", True)
        self._parts.documents.focus_outline()

    @Slot()
    def _on_goal(self) -> None:
        dialog = GoalDialog(self.session.words, self._parts.settings.goal, self._window)
        if dialog.exec() == GoalDialog.DialogCode.Accepted:
            self._parts.settings.goal = dialog.goal
            if dialog.starts_over:
                self.session.start_over()
            self._show_goal()

    @Slot()
    def _show_goal(self) -> None:
        self.gauge.show_words(self.session.words, self._parts.settings.goal)

    @Slot()
    def _on_looks(self) -> None:
        theme = self._parts.looks.theme
        self.search.set_colour(QColor(theme.found))
        self.panel.tree.tree.set_quiet(QColor(theme.quiet))
