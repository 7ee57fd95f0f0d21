"""What a model wrote for a document: each request with all its wordings, as the journal keeps it. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.modes import Request

_OF_ALL = ("model", "fingerprint", "preset")  # which were once kept of a generation, not of each wording


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording, and how it came about.

    `seed` drew it (-1 is unknown) as number `row` of the `rows` that were written with it. A branch begins with the
    first `offset` characters of the wording numbered `parent`, -1 for none. `request` is what it was asked with where
    that differs from its generation's. `sources` are the numbers of the wordings that the writer mixed it from; `own`
    words are the writer's. `model` is the id of the model that wrote, and `fingerprint` tells its files from those of
    any other. One that is not `finished` was being written when it was kept.
    """

    text: str
    seed: int = -1
    row: int = 0
    rows: int = 1
    model: str = ""
    fingerprint: str = ""
    preset: str = ""
    parent: int = -1
    offset: int = 0
    request: Request | None = None
    sources: tuple[int, ...] = ()
    own: bool = False
    finished: bool = True


@dataclass(frozen=True, slots=True)
class Generation:
    """A request, what came of it, and which wording stands at `[start, end)` of the text (`current`, -1 for none).

    Positions are UTF-16 units as of `edit`, which the journal sets.
    """

    key: str
    request: Request
    wordings: tuple[Wording, ...]
    current: int
    start: int
    end: int
    edit: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return everything but key and edit as a JSON object; no text is in it twice."""
        return {
            "request": self.request.to_json(),
            "wordings": [self._wording_to_json(wording) for wording in self.wordings],
            "current": self.current,
            "start": self.start,
            "end": self.end,
        }

    @classmethod
    def from_json(cls, key: str, edit: int, values: dict[str, Any]) -> Generation:
        """Build the generation that `to_json` described, now or in an earlier version of Penwright."""
        request = Request.from_json(values["request"])
        known = {name: values[name] for name in _OF_ALL if name in values}
        wordings: list[Wording] = []
        for each in values["wordings"]:
            wording = {**known, **each, "sources": tuple(each.get("sources", ()))}
            asked = wording.get("request")
            if asked is not None:
                text = request.text + _head(wordings, wording["parent"], wording["offset"])
                wording["request"] = Request.from_json({"text": text, **asked})
            wordings.append(Wording(**wording))
        return cls(key, request, tuple(wordings), values["current"], values["start"], values["end"], edit)

    def _wording_to_json(self, wording: Wording) -> dict[str, Any]:
        values = {**asdict(wording), "request": None}
        if wording.request is not None:
            values["request"] = asked = wording.request.to_json()
            if asked["text"] == self.request.text + _head(self.wordings, wording.parent, wording.offset):
                del asked["text"]  # which may be a novel
        return values


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a wording stands in a text: its generation, its number there, and the offset of its first character."""

    generation: Generation
    number: int
    start: int


def standing_around(generations: Sequence[Generation], text: str, offset: int) -> Standing | None:
    """Return the longest wording that stands, unedited, around or beside `offset` of `text`; of equal ones the latest.

    Offsets are code points.
    """
    best: tuple[int, Standing] | None = None
    for generation in generations:
        for number, wording in enumerate(generation.wordings):
            length = len(wording.text)
            if not wording.text.strip() or (best is not None and length < best[0]):
                continue
            start = text.find(wording.text, max(0, offset - length), offset + length)
            if start >= 0:
                best = length, Standing(generation, number, start)
    return best[1] if best else None


def standing_anywhere(generation: Generation, text: str) -> Standing | None:
    """Return where the longest wording of a generation that stands in `text`, unedited, stands first."""
    for number, wording in sorted(enumerate(generation.wordings), key=lambda each: -len(each[1].text)):
        start = text.find(wording.text) if wording.text.strip() else -1
        if start >= 0:
            return Standing(generation, number, start)
    return None


def _head(wordings: Sequence[Wording], parent: int, offset: int) -> str:
    return wordings[parent].text[:offset] if parent >= 0 else ""
