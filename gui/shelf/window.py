"""The models' window: those on this machine, those that can be fetched, and the downloads under way."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QTabWidget, QWidget

from engine.conversion import is_pickled
from engine.errors import SettingsError
from engine.events import Event, ModelDetails, ModelFound, ModelInstalled, Notice
from engine.hub.request import Connection, HubAction, HubRequest
from gui.panels.message_bar import MessageBar
from gui.panels.widgets import column
from gui.settings import Settings
from gui.shelf.care import MachineCare
from gui.shelf.chores import CHORES, Chores
from gui.shelf.connection_dialog import ConnectionDialog
from gui.shelf.downloads import Downloads
from gui.shelf.find_page import FindPage
from gui.shelf.installed_page import InstalledPage
from gui.shelf.machine_page import MachinePage
from gui.shelf.page_area import LateArea, PageArea
from gui.shelf.questions import SEARCHES, Questions
from gui.shelf.servers_page import ServersPage
from gui.shelf.work_rows import WorkRows

_SIZE = QSize(920, 720)
_FRAME = QSize(16, 48)  # what a window manager puts around a window, at most


class ModelsWindow(QWidget):
    """Hold the pages and the rows of what is under way; closing it stops nothing."""

    changed = Signal()  # which models there are

    def __init__(
        self,
        settings: Settings,
        downloads: Downloads,
        questions: Questions,
        care: MachineCare,
        chores: Chores,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Models"))
        self.setMinimumSize(460, 360)
        self.resize(_SIZE.boundedTo(QGuiApplication.primaryScreen().availableGeometry().size() - _FRAME))
        self._settings = settings
        self.downloads, self.questions, self._care, self.chores = downloads, questions, care, chores
        self.installed = InstalledPage(settings, care)
        self.messages = MessageBar()
        self.tabs = QTabWidget()
        for area, name in (
            (PageArea(self.installed), self.tr("On this machine")),
            (LateArea(lambda: self.finding), self.tr("Find more")),
            (LateArea(lambda: self.machine), self.tr("This computer")),
            (LateArea(lambda: self.servers), self.tr("Servers")),
        ):
            self.tabs.addTab(area, name)
        self.work = WorkRows(downloads, chores, self)
        layout = column(self, 0)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.work)
        layout.addWidget(self.messages)
        self._connect()

    @cached_property
    def finding(self) -> FindPage:
        """The page of models that can be fetched."""
        page = FindPage(self._care)
        page.problem.connect(self.messages.warn)
        page.search_asked.connect(lambda words, task: self._ask(HubAction.SEARCH, words, task))
        page.details_asked.connect(lambda repo: self._ask(HubAction.DETAILS, repo))
        page.download_asked.connect(self._on_download)
        page.settings_asked.connect(self._on_settings)
        return page

    @cached_property
    def machine(self) -> MachinePage:
        """The page of this computer."""
        return MachinePage(self._care, self._settings)

    @cached_property
    def servers(self) -> ServersPage:
        """The page of servers."""
        page = ServersPage(self._settings)
        page.changed.connect(self.changed)
        page.changed.connect(lambda: self.installed.refresh())
        page.key_given.connect(self._on_key)
        return page

    def open(self) -> None:
        """Show the window as it was left, with what there is now."""
        self.installed.refresh()
        self._care.look()
        if self.isVisible():
            self.raise_()
        self.show()
        self.activateWindow()
        self.installed.list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    @property
    def connection(self) -> Connection:
        """Return the way to the hub that the writer chose. Raises SettingsError where it is none."""
        return Connection(self._settings.hub_endpoint, self._settings.hub_proxy)

    def _connect(self) -> None:
        page, downloads = self.installed, self.downloads
        page.problem.connect(self.messages.warn)
        page.verify_asked.connect(lambda name: self._ask(HubAction.VERIFY, name))
        page.repair_asked.connect(lambda name: self._ask(HubAction.REPAIR, name))
        page.import_asked.connect(lambda folder: self._ask(HubAction.IMPORT, folder))
        page.renamed.connect(lambda _old, _new: self.changed.emit())
        page.removed.connect(lambda _name: self.changed.emit())
        self._care.noticed.connect(self.messages.note)
        self._care.failed.connect(self.messages.warn)
        self.work.resume_asked.connect(lambda repo: self._on_download(repo, ""))
        downloads.installed.connect(self._on_installed)
        downloads.noticed.connect(self.messages.note)
        self.questions.answered.connect(self._on_answer)
        self.questions.failed.connect(self._on_failed)
        self.questions.progressed.connect(self.messages.note)
        self.chores.answered.connect(self._on_answer)
        self.chores.failed.connect(self._on_failed)

    def _ask(self, action: HubAction, name: str, task: str = "") -> None:
        self.messages.hide()
        connection = self._way()
        if connection is None:
            return
        if action in SEARCHES:
            self.finding.show_asking(self.tr("Asking {0}…").format(self._settings.hub_endpoint))
        begin = self.chores.start if action in CHORES else self.questions.ask
        begin(HubRequest(action, name, task, connection=connection))

    def _way(self) -> Connection | None:
        """Return the way to the hub; None, which is said, where the settings were changed to one that is none."""
        try:
            return self.connection
        except SettingsError as error:
            self.messages.warn(str(error))
            return None

    @Slot(str, str)
    def _on_key(self, address: str, key: str) -> None:
        self.questions.ask(HubRequest(HubAction.SIGN_IN, key, connection=Connection(address)))

    @Slot(object, str)
    def _on_token(self, connection: Connection, token: str) -> None:
        self.questions.ask(HubRequest(HubAction.SIGN_IN, token, connection=connection))

    @Slot(object, object)
    def _on_answer(self, request: HubRequest, events: list[Event]) -> None:
        if request.action is HubAction.SEARCH:
            self.finding.show_found([event for event in events if isinstance(event, ModelFound)])
        for event in events:
            match event:
                case ModelDetails():
                    self.finding.show_details(event, request.name)
                case ModelInstalled(model):
                    self._on_installed(model)
                case Notice(message):
                    self.messages.note(message, stays=True)
                case _:
                    pass

    @Slot(object, str)
    def _on_failed(self, request: HubRequest, sentence: str) -> None:
        if request.action in SEARCHES:
            self.finding.show_asking("")
            self.finding.forget_wish()
        if request.action is HubAction.IMPORT and is_pickled(Path(request.name)):
            self.messages.warn(sentence, self.tr("Convert a copy"), lambda: self._ask(HubAction.CONVERT, request.name))
        else:
            self.messages.warn(sentence)

    @Slot(str, str)
    def _on_download(self, repo: str, revision: str) -> None:
        connection = self._way()
        if connection is not None:
            self.downloads.start(repo, connection, revision)

    @Slot(str)
    def _on_installed(self, model: str) -> None:
        self.messages.note(self.tr("{0} is installed.").format(model), stays=True)
        self.installed.refresh(model)
        self.changed.emit()

    @Slot()
    def _on_settings(self) -> None:
        dialog = ConnectionDialog(self._settings.hub_endpoint, self._settings.hub_proxy, self)
        dialog.token_given.connect(self._on_token)
        dialog.proxy_password_given.connect(self.questions.keep_proxy_password)
        dialog.hub_password_given.connect(self.questions.keep_hub_password)
        if dialog.exec() == ConnectionDialog.DialogCode.Accepted:
            self._settings.hub_endpoint = dialog.connection.endpoint
            self._settings.hub_proxy = dialog.connection.proxy
