"""How the hub is reached: its address or a mirror's, a proxy, and the access token; secrets go to the keyring."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from engine.errors import SettingsError
from engine.hub.passwords import names_user, split_password
from engine.hub.request import PUBLIC_HUB, Connection
from gui.panels.widgets import button, label
from gui.training.warning_frame import WarningFrame


class ConnectionDialog(QDialog):
    """Change the connection; `connection` is the one chosen, once it is accepted."""

    token_given = Signal(object, str)  # the Connection to the hub it is for; "" forgets the one that is kept
    proxy_password_given = Signal(object, str)  # the Connection with the proxy it is for; "" forgets it
    hub_password_given = Signal(object, str)  # the Connection to the hub it is for; "" forgets it

    def __init__(self, endpoint: str, proxy: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Connection to the hub"))
        self.setMinimumWidth(460)
        self.connection = Connection()
        self._proxy_password = self._hub_password = ""
        self.endpoint, self.proxy, self.token = (QLineEdit(text) for text in (endpoint, proxy, ""))
        self.endpoint.setPlaceholderText(PUBLIC_HUB)
        self.proxy.setPlaceholderText(self.tr("as the system says"))
        words = self.tr(
            "A proxy that asks who you are: http://user:password@host:3128. The password goes to the keyring."
        )
        self.proxy.setToolTip(words)
        words = self.tr("A hub that asks who you are: https://user:password@host. The password goes to the keyring.")
        self.endpoint.setToolTip(words)
        self.token.setPlaceholderText(self.tr("kept in the keyring of the system, in no file"))
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.forget = button(self.tr("Forget the token"))
        self.forget_hub_password = button(self.tr("Forget the hub's password"))
        self.forget_proxy_password = button(self.tr("Forget the proxy's password"))
        self.warning = WarningFrame()
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow(self.tr("&Address"), self.endpoint)
        form.addRow(self.tr("&Proxy"), self.proxy)
        form.addRow(self.tr("Access &token"), self.token)
        forgetting = QVBoxLayout()  # beside each other they are wider than a small screen in some languages
        forgetting.setSpacing(6)
        for each in (self.forget, self.forget_hub_password, self.forget_proxy_password):
            forgetting.addWidget(each, 0, Qt.AlignmentFlag.AlignLeft)
        form.addRow("", forgetting)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        words = self.tr("Models whose terms have to be accepted need an access token of your account on the hub.")
        layout.addWidget(label(words, "quiet", wraps=True))
        layout.addLayout(form)
        layout.addWidget(self.warning)
        layout.addWidget(buttons)
        self.forget.clicked.connect(self._on_forget)
        self.forget_hub_password.clicked.connect(self._on_forget_hub_password)
        self.forget_proxy_password.clicked.connect(self._on_forget_proxy_password)
        for field in (self.endpoint, self.proxy):
            field.textChanged.connect(self._show_users)
        self._show_users()

    def accept(self) -> None:
        """Take the connection, if its addresses are some."""
        if not self._read():
            return
        if self._hub_password:
            self.hub_password_given.emit(self.connection, self._hub_password)
        if self._proxy_password:
            self.proxy_password_given.emit(self.connection, self._proxy_password)
        if self.token.text().strip():
            self.token_given.emit(self.connection, self.token.text().strip())
        super().accept()

    def _read(self) -> bool:
        """Take over what the fields say; tell whether it is a connection."""
        endpoint, self._hub_password = split_password(self.endpoint.text().strip())
        proxy, self._proxy_password = split_password(self.proxy.text().strip())
        try:
            self.connection = Connection(endpoint or PUBLIC_HUB, proxy)
        except SettingsError as error:
            self.warning.show_sentence(str(error))
            return False
        return True

    @Slot()
    def _on_forget(self) -> None:
        self.token.clear()
        if self._read():
            self.token_given.emit(self.connection, "")

    @Slot()
    def _on_forget_hub_password(self) -> None:
        self.endpoint.setText(split_password(self.endpoint.text().strip())[0])
        if self._read():
            self.hub_password_given.emit(self.connection, "")

    @Slot()
    def _on_forget_proxy_password(self) -> None:
        self.proxy.setText(split_password(self.proxy.text().strip())[0])
        if self._read():
            self.proxy_password_given.emit(self.connection, "")

    @Slot()
    def _show_users(self) -> None:
        self.forget_hub_password.setEnabled(names_user(self.endpoint.text().strip()))
        self.forget_proxy_password.setEnabled(names_user(self.proxy.text().strip()))
