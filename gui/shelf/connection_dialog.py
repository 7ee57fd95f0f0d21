"""How the hub is reached: its address or a mirror's, a proxy, and the access token, which goes to the keyring."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from engine.errors import SettingsError
from engine.hub.request import PUBLIC_HUB, Connection
from gui.panels.widgets import button, label
from gui.training.warning_frame import WarningFrame


class ConnectionDialog(QDialog):
    """Change the connection; `connection` is the one chosen, once it is accepted."""

    token_given = Signal(object, str)  # the Connection to the hub it is for; "" forgets the one that is kept

    def __init__(self, endpoint: str, proxy: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Connection to the hub"))
        self.setMinimumWidth(460)
        self.connection = Connection()
        self.endpoint, self.proxy, self.token = (QLineEdit(text) for text in (endpoint, proxy, ""))
        self.endpoint.setPlaceholderText(PUBLIC_HUB)
        self.proxy.setPlaceholderText(self.tr("as the system says"))
        self.token.setPlaceholderText(self.tr("kept in the keyring of the system, in no file"))
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.forget = button(self.tr("Forget the token"))
        self.warning = WarningFrame()
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow(self.tr("&Address"), self.endpoint)
        form.addRow(self.tr("&Proxy"), self.proxy)
        form.addRow(self.tr("Access &token"), self.token)
        form.addRow("", self.forget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        words = self.tr("Models whose terms have to be accepted need an access token of your account on the hub.")
        layout.addWidget(label(words, "quiet", wraps=True))
        layout.addLayout(form)
        layout.addWidget(self.warning)
        layout.addWidget(buttons)
        self.forget.clicked.connect(self._on_forget)

    def accept(self) -> None:
        """Take the connection, if its addresses are some."""
        if not self._read():
            return
        if self.token.text().strip():
            self.token_given.emit(self.connection, self.token.text().strip())
        super().accept()

    def _read(self) -> bool:
        """Take over what the fields say; tell whether it is a connection."""
        try:
            self.connection = Connection(self.endpoint.text().strip() or PUBLIC_HUB, self.proxy.text().strip())
        except SettingsError as error:
            self.warning.show_sentence(str(error))
            return False
        return True

    @Slot()
    def _on_forget(self) -> None:
        self.token.clear()
        if self._read():
            self.token_given.emit(self.connection, "")
