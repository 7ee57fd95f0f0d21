"""The wordings of one place as a tree: each branch begins as its parent does and then goes another way. Torch-free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Branch(Protocol):
    """A wording that begins with the first `offset` characters of the one numbered `parent`, -1 for none."""

    @property
    def parent(self) -> int:
        """Return the number of the wording that it branches from."""
        ...

    @property
    def offset(self) -> int:
        """Return how many characters of that it begins with."""
        ...


def tree(branches: Sequence[Branch]) -> list[tuple[int, int]]:
    """Return the numbers in the order of a tree, every branch below what it branches from, each with its depth."""
    below: dict[int, list[int]] = {}
    for number, branch in enumerate(branches):
        below.setdefault(branch.parent, []).append(number)
    found: list[tuple[int, int]] = []
    waiting = [(number, 0) for number in reversed(below.get(-1, ()))]
    while waiting:
        number, depth = waiting.pop()
        found.append((number, depth))
        waiting += [(each, depth + 1) for each in reversed(below.get(number, ()))]
    return found


def shared(branches: Sequence[Branch], one: int, other: int, length: int) -> int:
    """Return how many of their first characters two wordings have from the same ancestor; `length` is `one`'s."""
    kept = _kept(branches, one, length)
    at, limit = other, None
    while at not in kept:
        if at < 0:
            return 0
        limit = branches[at].offset if limit is None else min(limit, branches[at].offset)
        at = branches[at].parent
    return kept[at] if limit is None else min(kept[at], limit)


def _kept(branches: Sequence[Branch], number: int, length: int) -> dict[int, int]:
    """Return how many characters of itself and of each of its ancestors a wording begins with."""
    kept: dict[int, int] = {}
    while number >= 0:
        kept[number] = length
        length = min(length, branches[number].offset)
        number = branches[number].parent
    return kept
