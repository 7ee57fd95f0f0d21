"""What the writer can ask of the hub: a frozen snapshot of the question and of the way there. Torch-free."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from engine.errors import SettingsError

PUBLIC_HUB = "https://huggingface.co"


class HubAction(StrEnum):
    """What is to be done; `verify`, `import` and `convert` need no network."""

    SEARCH = "search"
    DETAILS = "details"
    DOWNLOAD = "download"
    IMPORT = "import"
    CONVERT = "convert"
    VERIFY = "verify"
    REPAIR = "repair"
    SIGN_IN = "sign-in"
    PROXY_PASSWORD = "proxy-password"
    HUB_PASSWORD = "hub-password"


@dataclass(frozen=True, slots=True)
class Connection:
    """The way to the hub: its address, perhaps a mirror's, and a proxy ("" is what the system says).

    Raises SettingsError for what is no web address, and for a proxy of another kind than HTTP's.
    """

    endpoint: str = PUBLIC_HUB
    proxy: str = ""

    def __post_init__(self) -> None:
        if self.proxy.startswith("socks"):
            raise SettingsError(
                f'"{_shown(self.proxy)}" is a SOCKS proxy, which is not supported: name one with http://.'
            )
        for address in filter(None, (self.endpoint, self.proxy)):
            if not _is_web(address):
                raise SettingsError(
                    f'"{_shown(address)}" is no web address: write it like https://host or http://host:8080.'
                )


def _shown(address: str) -> str:
    """Return an address without the user and the password in it, which are not for a screen."""
    return re.sub("//.*@", "//…@", address)


def _is_web(address: str) -> bool:
    if any(letter.isspace() for letter in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, brackets that do not end
        return False


@dataclass(frozen=True, slots=True)
class HubRequest:
    """One request. `name` is what to look for, a repository, a model's id, a folder to import, a token, or a password.

    `task` narrows a search to a mode; `revision` is a branch, tag or commit ("" is the latest).
    """

    action: HubAction
    name: str
    task: str = ""
    revision: str = ""
    connection: Connection = field(default_factory=Connection)

    def to_json(self) -> dict[str, Any]:
        """Return the request as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> HubRequest:
        """Build the request that `to_json` described."""
        return cls(**{**data, "action": HubAction(data["action"]), "connection": Connection(**data["connection"])})
