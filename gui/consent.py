"""Whether a text may leave this machine for a server: the writer is asked once for each document and server."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from engine.server import Server
from gui.open_document import OpenDocument
from gui.parts import Parts
from gui.servers import agree, find_server, may_leave


class Consent(QObject):
    """Ask before the text in view goes to the server of the mode in view, and remember the answer."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.workspace)
        self._parts = parts
        self._agreed: set[tuple[OpenDocument, Server]] = set()

    def may_go(self, act: Callable[[], object]) -> bool:
        """Tell whether the text in view may go to what was chosen; where that is open, ask, and `act` after a yes."""
        parts = self._parts
        settings, choice = parts.settings, parts.panel.controls.choice
        server = find_server(settings, choice)
        opened = parts.workspace.current
        document = str(opened.path or "")
        if server is None or (document and may_leave(settings, choice, document)) or (opened, server) in self._agreed:
            return True

        def agreed() -> None:
            self._agreed.add((opened, server))
            if document:  # a text without a file has no name by which to know it again
                agree(settings, choice, document)
            act()

        question = self.tr("{0} would get this text, which then leaves this machine.").format(server.host)
        parts.messages.warn(question, self.tr("Send it"), agreed)
        return False
