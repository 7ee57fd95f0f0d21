"""Servers of a team, or large models elsewhere: set up here, and off until then."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLineEdit, QListWidget, QWidget

from engine.errors import EngineError
from engine.server import Server, check_key
from gui.panels.widgets import button, column, label
from gui.servers import addresses, find_server, forget_server, keep_server
from gui.settings import Settings
from gui.training.warning_frame import WarningFrame


class ServersPage(QWidget):
    """List the servers, and let one be added, changed or forgotten."""

    changed = Signal()
    key_given = Signal(str, str)  # the address, the key: "" forgets the one that is kept

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        words = self.tr(
            "A server that speaks OpenAI's protocol (vLLM, llama.cpp, transformers serve) can write in place of a "
            "model on this machine. The text then leaves this machine, and you are asked for every document first."
        )
        self.list = QListWidget()
        self.list.setObjectName("well")
        self.list.setAccessibleName(self.tr("Servers"))
        self.name, self.address, self.model, self.key = (QLineEdit() for _ in range(4))
        self.address.setPlaceholderText("http://server:8000/v1")
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText(self.tr("if it wants one; kept in the keyring of the system"))
        self.chat = QCheckBox(self.tr("The model follows instructions (chat)"))
        self.chat.setChecked(True)
        self.keep, self.forget = button(self.tr("&Keep")), button(self.tr("Fo&rget"))
        self.warning = WarningFrame()
        form = QFormLayout()
        form.addRow(self.tr("&Name"), self.name)
        form.addRow(self.tr("&Address"), self.address)
        form.addRow(self.tr("&Model there"), self.model)
        form.addRow(self.tr("Acc&ess key"), self.key)
        form.addRow("", self.chat)
        foot = QHBoxLayout()
        foot.addWidget(self.keep)
        foot.addWidget(self.forget)
        foot.addStretch(1)
        layout = column(self, 10)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addWidget(label(words, "quiet", wraps=True))
        layout.addWidget(self.list, 1)
        layout.addLayout(form)
        layout.addWidget(self.warning)
        layout.addLayout(foot)
        self.list.currentTextChanged.connect(self._show)
        self.keep.clicked.connect(self._on_keep)
        self.forget.clicked.connect(self._on_forget)
        self._fill("")

    def _fill(self, current: str) -> None:
        self.list.clear()
        self.list.addItems(list(self._settings.servers))
        self.list.setCurrentRow(
            list(self._settings.servers).index(current) if current in self._settings.servers else -1
        )
        self.forget.setEnabled(self.list.currentRow() >= 0)

    @Slot(str)
    def _show(self, name: str) -> None:
        self.forget.setEnabled(bool(name))
        server = find_server(self._settings, f"server:{name}")
        if server is not None:
            for field, words in ((self.name, name), (self.address, server.address), (self.model, server.model)):
                field.setText(words)
            self.chat.setChecked(server.chat)

    @Slot()
    def _on_keep(self) -> None:
        try:
            server = Server(self.address.text().strip(), self.model.text().strip(), self.chat.isChecked())
            check_key(self.key.text().strip())
        except EngineError as error:
            self.warning.show_sentence(str(error))
            return
        name = self.name.text().strip() or server.host
        self.warning.show_sentence("")
        before = find_server(self._settings, f"server:{name}")
        keep_server(self._settings, name, server)
        self._forget_key(before)
        if self.key.text().strip():
            self.key_given.emit(server.address, self.key.text().strip())
            self.key.clear()
        self._fill(name)
        self.changed.emit()

    @Slot()
    def _on_forget(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            before = find_server(self._settings, f"server:{item.text()}")
            forget_server(self._settings, item.text())
            self._forget_key(before)
            self._fill("")
            self.changed.emit()

    def _forget_key(self, before: Server | None) -> None:
        """Have the key taken away of a server that was, unless one that is has the same address."""
        if before is not None and before.address not in addresses(self._settings):
            self.key_given.emit(before.address, "")
