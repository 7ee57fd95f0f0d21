"""The prefixes that requests share: states of recent prompts, kept so that the next reads only what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from torch import Tensor

from engine.models.base import DecoderState

PREFIX_BYTES = 512_000_000
_MARKS_KEPT = 8
_WORTH_A_COPY = 64  # ids that would have to be read again


@runtime_checkable
class CopyableState(DecoderState, Protocol):
    """A state that knows its size and can be continued in two ways."""

    @property
    def size(self) -> int:
        """Bytes of memory taken."""
        ...

    def copy(self, length: int) -> DecoderState:
        """Return a state that holds the first `length` positions of this one, which stays as it is."""
        ...


@dataclass(slots=True, eq=False)
class Prefix:
    """A state of one row, the ids it holds, and the logits (1, V) after some numbers of them."""

    ids: list[int]
    state: DecoderState
    marks: dict[int, Tensor]


@dataclass(slots=True)
class PrefixCache:
    """Keep the states of recent prompts, so that the next one reads only what is new.

    They take up to `budget` bytes, those used last stay; of states that cannot be copied only the last
    is kept. Logits at the ends of prompts are kept too: the same prompt again gets the very same
    numbers, not numbers rounded another way, and so the same seed gives the same text.
    """

    budget: int = PREFIX_BYTES
    _kept: list[Prefix] = field(default_factory=list)  # the one used last at the end
    _marks: dict[int, Tensor] = field(default_factory=dict)  # of the state handed over, which hold for
    _marked: Sequence[int] = ()  # the ids of the prompt that took it

    def take(self, prompt: Sequence[int]) -> tuple[DecoderState | None, int, Tensor | None]:
        """Hand over a state that holds as much of the beginning of `prompt` as any that is kept.

        Returns the state (None without common prefix), how many ids it holds, and, if those are
        the whole prompt, its logits (1, V). A kept state is handed over itself and so is kept no more,
        unless more of it would be lost than used.
        """
        best = max(self._kept, key=lambda kept: common_length(kept.ids, prompt), default=None)
        known = 0 if best is None else common_length(best.ids, prompt)
        self._marks = {} if best is None else {at: logits for at, logits in best.marks.items() if at <= known}
        logits = self._marks.get(len(prompt))
        if logits is None:
            known = min(known, len(prompt) - 1)  # the last id is read again for its logits
        self._marked = tuple(prompt)
        if best is None or known <= 0:
            self._marks = {}
            return None, 0, None
        self._kept.remove(best)
        lost = best.state.length - known
        if isinstance(best.state, CopyableState) and lost > max(known, _WORTH_A_COPY):
            self._kept.append(best)
            return best.state.copy(known), known, logits
        best.state.rewind(lost)
        return best.state, known, logits

    def mark(self, prompt: Sequence[int], logits: Tensor) -> None:
        """Remember `logits` (1, V) as those after `prompt`, all of which the state taken holds now."""
        self._marks = self._marks_of(prompt)
        self._marked = tuple(prompt)
        self._marks.pop(len(prompt), None)
        self._marks[len(prompt)] = logits.clone()
        while len(self._marks) > _MARKS_KEPT:
            del self._marks[next(iter(self._marks))]

    def keep(self, ids: Sequence[int], state: DecoderState) -> None:
        """Take back a state of one row that holds exactly `ids`, whoever was handed one last."""
        if state.length != len(ids):
            raise ValueError(f"a state of {state.length} positions cannot hold {len(ids)} ids")
        if not isinstance(state, CopyableState):
            self._kept.clear()
        self._kept.append(Prefix(list(ids), state, self._marks_of(ids)))
        self._marks, self._marked = {}, ()
        while len(self._kept) > 1 and sum(_size(kept.state) for kept in self._kept) > self.budget:
            del self._kept[0]

    def clear(self) -> None:
        """Forget everything."""
        self._kept, self._marks, self._marked = [], {}, ()

    def _marks_of(self, ids: Sequence[int]) -> dict[int, Tensor]:
        """Return the marks that hold for `ids`: a request that failed leaves its own behind."""
        known = common_length(self._marked, ids)
        return {at: logits for at, logits in self._marks.items() if at <= known}


def _size(state: DecoderState) -> int:
    return state.size if isinstance(state, CopyableState) else 0


def common_length(left: Sequence[int], right: Sequence[int]) -> int:
    """Return how many ids both begin with."""
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))
