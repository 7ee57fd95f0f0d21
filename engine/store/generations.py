"""What a model wrote for a document: each request with all its wordings, as the journal keeps it. Torch-free."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from engine.modes import Request


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording, the seed that drew it (-1 is unknown), and its place among those that were written with it."""

    text: str
    seed: int = -1
    row: int = 0
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Generation:
    """A request, what came of it, and which wording stands at `[start, end)` of the text (`current`, -1 for none).

    Positions are UTF-16 units as of `edit`, which the journal sets. `model` is the id of the model that wrote, and
    `fingerprint` tells its files from those of any other.
    """

    key: str
    request: Request
    wordings: tuple[Wording, ...]
    current: int
    start: int
    end: int
    model: str = ""
    fingerprint: str = ""
    preset: str = ""
    edit: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return everything but key and edit as a JSON object."""
        values = asdict(self)
        del values["key"], values["edit"]
        return {**values, "request": self.request.to_json()}

    @classmethod
    def from_json(cls, key: str, edit: int, values: dict[str, Any]) -> Generation:
        """Build the generation that `to_json` described, now or in an earlier version of Penwright."""
        values = {name: value for name, value in values.items() if name in cls.__slots__}
        wordings = tuple(Wording(**each) for each in values["wordings"])
        request = Request.from_json(values["request"])
        return cls(**{**values, "key": key, "edit": edit, "request": request, "wordings": wordings})
