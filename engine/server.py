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
        if not _is_address(self.address):
            raise SettingsError(f'"{self.address}" is no address of a server: write it like http://host:8000/v1.')
        if not self.model.strip():
            raise SettingsError("Name the model that the server is to use.")

    @property
    def host(self) -> str:
        """The machine that the text goes to."""
        return urlsplit(self.address).netloc.rpartition("@")[2]


def check_key(key: str) -> None:
    """Raise SettingsError for a key that cannot stand in a request."""
    if not (key.isascii() and key.isprintable()):
        raise SettingsError("The key holds characters that no key has: copy it again, or type it in Latin letters.")


def _is_address(address: str) -> bool:
    """Tell whether `address` is one of the web, with a host and, if any, a port that can be."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # no number, or half an address in brackets
        return False
