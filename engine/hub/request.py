"""What the writer can ask of the hub: a frozen snapshot of the question and of the way there. Torch-free."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Connection:
    """The way to the hub: its address, perhaps a mirror's, and a proxy ("" is what the system says).

    Raises SettingsError for what is no web address.
    """

    endpoint: str = PUBLIC_HUB
    proxy: str = ""

    def __post_init__(self) -> None:
        for address in filter(None, (self.endpoint, self.proxy)):
            if not address.startswith(("http://", "https://", "socks5://")):
                raise SettingsError(f'"{address}" is no web address: begin it with https:// or http://.')


@dataclass(frozen=True, slots=True)
class HubRequest:
    """One request. `name` is what to look for, a repository, a model's id, a folder to import, or a token.

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
