"""Models that could be fetched: a short list worth a look, the hub's answer to a search, and the one in view."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from engine.amounts import size_words
from engine.errors import SettingsError
from engine.events import ModelDetails, ModelFound
from engine.fit import Verdict
from engine.hub.curated import CuratedModel, curated_models
from engine.model_shape import shape_of
from engine.modes import Mode
from gui.panels.widgets import RIGHT, button, choice, column, label
from gui.shelf.card_view import CardView
from gui.shelf.care import MachineCare

_REPO = Qt.ItemDataRole.UserRole


class FindPage(QWidget):
    """Search, look and choose; nothing is asked of the hub before the writer does."""

    search_asked = Signal(str, str)  # words, a mode's name or ""
    details_asked = Signal(str)  # the repository
    download_asked = Signal(str, str)  # the repository, its commit
    settings_asked = Signal()
    problem = Signal(str)

    def __init__(self, care: MachineCare) -> None:
        super().__init__()
        self._care = care
        self.words = QLineEdit()
        self.words.setPlaceholderText(self.tr("Search the hub: a name, a language, a kind of text"))
        self.words.setAccessibleName(self.tr("Words to search the hub for"))
        self.words.setClearButtonEnabled(True)
        self.task = self._tasks()
        self.search = button(self.tr("&Search"))
        self.settings = button(self.tr("&Connection…"), self.tr("Address of the hub, proxy, access token"))
        self.state = label("", "quiet", wraps=True)
        self.list = self._tree()
        self.view = CardView()
        self.look = button(self.tr("Ask the &hub about it"), self.tr("Files, sizes, licence and card of this model"))
        self.download = button(self.tr("&Download"), role="primary")
        self._details: ModelDetails | None = None
        self._described = ""  # the name by which the hub was asked for them
        self._wanted = ""  # the repository that is fetched once it is known to fit
        self._lay_out()
        self._connect()
        self.suggest()

    @Slot()
    def suggest(self) -> None:
        """Show the models worth a look for the task chosen; the hub is not asked."""
        task = self.task.currentData()
        try:
            models = [model for model in curated_models() if not task or task in model.tasks]
        except SettingsError as error:
            models = []
            self.problem.emit(str(error))
        self.show_asking(self.tr("Worth a look. Nothing is sent before you search, ask or download."))
        self._list([self._suggested(model) for model in models])

    def show_found(self, models: list[ModelFound]) -> None:
        """Show what the hub answered."""
        said = self.tr("{0} models, the most used first.").format(len(models)) if models else self.tr("Nothing found.")
        self.show_asking(said)
        self._list([self._found(model) for model in models])

    def show_details(self, details: ModelDetails, asked: str) -> None:
        """Show what the hub says of the model that it was `asked` for, which it may call otherwise."""
        self._details, self._described = details, asked
        self.show_asking("")
        self.view.show_details(details)
        fits = self._show_fit()
        self._show_buttons()
        wanted, self._wanted = self._wanted, ""
        if wanted != asked or details.problem:
            return
        if fits:
            self.download_asked.emit(details.repo, details.revision)
        else:
            self.show_asking(self.tr("It does not fit this computer. Download fetches it all the same."))

    def forget_wish(self) -> None:
        """Fetch nothing when the hub answers after all."""
        self._wanted = ""

    def show_asking(self, sentence: str) -> None:
        """Say what the list is, or that an answer is awaited."""
        self.state.setText(sentence)
        self.state.setVisible(bool(sentence))

    def _tasks(self) -> QComboBox:
        box = choice(self.tr("What the model shall do"))
        for words, mode in (
            (self.tr("Any task"), ""),
            (self.tr("Write"), Mode.WRITE.value),
            (self.tr("Translate"), Mode.TRANSLATE.value),
            (self.tr("Summarise"), Mode.SUMMARISE.value),
            (self.tr("Rewrite"), Mode.REWRITE.value),
            (self.tr("Dialogue"), Mode.DIALOGUE.value),
        ):
            box.addItem(words, mode)
        return box

    def _tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setObjectName("well")
        tree.setAccessibleName(self.tr("Models that can be fetched"))
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setHeaderLabels([self.tr("Model"), self.tr("Size"), self.tr("Licence"), self.tr("About it")])
        tree.headerItem().setTextAlignment(1, RIGHT)
        tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        return tree

    def _lay_out(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.words, 3)
        head.addWidget(self.task, 1)
        head.addWidget(self.search)
        head.addWidget(self.settings)
        foot.addWidget(self.look)
        foot.addStretch(1)
        foot.addWidget(self.download)
        lower = QWidget()
        below = column(lower, 10)
        below.setContentsMargins(0, 10, 0, 0)
        below.addWidget(self.view, 1)
        below.addLayout(foot)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.list)
        halves.addWidget(lower)
        halves.setHandleWidth(1)
        layout = column(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addLayout(head)
        layout.addWidget(self.state)
        layout.addWidget(halves, 1)

    def _connect(self) -> None:
        self.words.returnPressed.connect(self._on_search)
        self.search.clicked.connect(self._on_search)
        self.words.textChanged.connect(lambda text: None if text else self.suggest())
        self.task.activated.connect(self._on_task)
        self.settings.clicked.connect(self.settings_asked)
        self.list.currentItemChanged.connect(self._on_current)
        self.list.itemActivated.connect(self._on_look)
        self.look.clicked.connect(self._on_look)
        self.download.clicked.connect(self._on_download)

    def _suggested(self, model: CuratedModel) -> QTreeWidgetItem:
        item = QTreeWidgetItem([model.title, size_words(model.size_bytes), model.licence, model.words])
        item.setData(0, _REPO, model.repo)
        return item

    def _found(self, model: ModelFound) -> QTreeWidgetItem:
        size = size_words(model.size_bytes) if model.size_bytes else ""
        facts = [model.task, self.tr("{0} downloads").format(f"{model.downloads:,}"), model.updated]
        facts += [self.tr("terms to accept")] if model.gated else []
        item = QTreeWidgetItem([model.repo, size, model.licence, " · ".join(fact for fact in facts if fact)])
        item.setData(0, _REPO, model.repo)
        return item

    def _list(self, items: list[QTreeWidgetItem]) -> None:
        self.list.clear()
        for item in items:
            item.setTextAlignment(1, RIGHT)
            item.setToolTip(0, item.data(0, _REPO))
            item.setToolTip(3, item.text(3))
            self.list.addTopLevelItem(item)
        if items:
            self.list.setCurrentItem(items[0])
        self._on_current()

    def _repo(self) -> str:
        item = self.list.currentItem()
        return item.data(0, _REPO) if item else ""

    def _known(self) -> ModelDetails | None:
        """Return what the hub said of the model in view, None where it was not asked."""
        return self._details if self._repo() == self._described else None

    def _show_fit(self) -> bool:
        """Show how the model in view fits; tell whether it does, as far as is known."""
        details = self._details
        if details is None or not details.config or not details.parameters:
            return True
        try:
            shape = shape_of(details.config, details.parameters)
            found, otherwise = self._care.fit(shape), self._care.otherwise(shape)
        except ValueError:  # a configuration that nobody can follow
            found, otherwise = None, ""
        if found and details.estimated:
            found = found[0], f"{found[1]} {self.tr('Estimated from the size of its files.')}".strip()
        self.view.show_fit(found, otherwise)
        return found is None or found[0].verdict is not Verdict.NO

    def _show_buttons(self) -> None:
        known = self._known()
        self.look.setEnabled(bool(self._repo()) and known is None)
        self.download.setEnabled(bool(self._repo()) and not (known and known.problem))

    @Slot()
    def _on_task(self) -> None:
        if self.words.text().strip():
            self._on_search()
        else:
            self.suggest()

    @Slot()
    def _on_search(self) -> None:
        self.search_asked.emit(self.words.text().strip(), self.task.currentData())

    @Slot()
    def _on_current(self) -> None:
        item = self.list.currentItem()
        if item is None:
            self.view.clear()
        elif self._known() is None:
            self.view.clear(f"**{self._repo()}**\n\n{item.text(3)}")
        if self._repo() != self._wanted:
            self._wanted = ""
        self._show_buttons()

    @Slot()
    def _on_look(self) -> None:
        if self._repo():
            self.details_asked.emit(self._repo())

    @Slot()
    def _on_download(self) -> None:
        """Fetch the model in view, of which the hub is asked first whether it fits."""
        known = self._known()
        if known:
            self.download_asked.emit(known.repo, known.revision)
        else:
            self._wanted = self._repo()
            self.details_asked.emit(self._wanted)
