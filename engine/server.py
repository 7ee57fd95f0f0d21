"""A server of the writer's choice that writes in place of a model on this machine. Torch-free.

A request goes there only if it holds one: nothing else in the engine knows an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Server:
    """An OpenAI-compatible server: its address up to "/v1", the model there, and whether it is asked as in a chat.

    Raises SettingsError for an address that is none, or no model.
    """

    address: str
    model: str
    chat: bool = True

    def __post_init__(self) -> None:
        if urlsplit(self.address).scheme not in ("http", "https") or not self.host:
            raise SettingsError(f'"{self.address}" is no address of a server: write it like http://host:8000/v1.')
        if not self.model.strip():
            raise SettingsError("Name the model that the server is to use.")

    @property
    def host(self) -> str:
        """The machine that the text goes to."""
        return urlsplit(self.address).netloc.rpartition("@")[2]
