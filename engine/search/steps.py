"""What a search yields: small frozen facts about token ids, one after every forward pass.

A consumer answers a `Step` with `send(numbers)` to close texts it no longer wants; `next` wants all.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PromptRead:
    """`done` of `total` prompt tokens are read."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Ending:
    """Text `number` is complete: `reason` is "end" or "length"; `score` is beam search's, else 0."""

    number: int
    reason: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """Ids that will not change any more, as (number of the text, ids), and texts that are complete.

    The id that ended a text is not among them.
    """

    ids: tuple[tuple[int, tuple[int, ...]], ...]
    endings: tuple[Ending, ...] = ()


Search = Generator[Step, Collection[int] | None, None]
