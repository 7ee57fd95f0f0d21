"""One wording of a continuation, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass

from engine.modes import Request


@dataclass
class Variant:
    """One wording: what has come of it, whether more will, and the seed that drew it.

    It was written as number `row` of `rows`. `own` words are the writer's. `rank` is its place among all by how natural
    it is, from 1 (0 is unknown), and `reason` says why. What is below is as in `engine.store.generations.Wording`.
    """

    text: str = ""
    finished: bool = False
    seed: int = -1
    bits: float = -1.0  # of a token to the model that wrote it, where a server says so
    own: bool = False
    row: int = 0
    rows: int = 1
    rank: int = 0
    reason: str = ""
    model: str = ""
    fingerprint: str = ""
    preset: str = ""
    parent: int = -1
    offset: int = 0
    request: Request | None = None
    sources: tuple[int, ...] = ()

    @property
    def written(self) -> str:
        """Return what is its own: all of it, or what follows the beginning that it has from its parent."""
        return self.text[self.offset :]
