"""Decoders whose next id is a function of all ids before it, with a count of passes and a clock that they drive."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from engine.history import TokenHistory
from engine.search.rows import Rows
from tests.engine.scripted_models import WrittenRows

SIZE = 40
Rule = Callable[[list[int]], "int | Tensor"]


class Clock:
    """A clock that stands still but for what moves it on."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


class Ruled:
    """Give the id of `rule`, or its logits (SIZE,); count passes and ids read. A pass takes `cost` on `clock`."""

    context_length, device = 1000, torch.device("cpu")
    start_ids, end_ids, pad_id, parallel = (0,), frozenset({1}), 0, True

    def __init__(self, rule: Rule, clock: Clock | None = None, cost: float = 1.0, size: int = SIZE) -> None:
        self.rule = rule
        self.clock, self.cost = clock or Clock(), cost
        self.vocab_size = size
        self.passes = self.read = 0

    def new_state(self, rows: int) -> WrittenRows:
        return WrittenRows([[] for _ in range(rows)], [])

    def all_logits(self, ids: Tensor, state: WrittenRows) -> tuple[Tensor, WrittenRows]:
        self.passes += 1
        self.read += ids.shape[1]
        self.clock.time += self.cost
        logits = torch.zeros((*ids.shape, self.vocab_size))
        for row, new in enumerate(ids.tolist()):
            for place, token in enumerate(new):
                state.ids[row].append(token)
                found = self.rule(state.ids[row])
                if isinstance(found, int):
                    logits[row, place, found] = 50
                else:
                    logits[row, place] = found
        return logits, state

    def prefill(self, ids: Tensor, state: WrittenRows, mask: Tensor | None = None) -> tuple[Tensor, WrittenRows]:
        logits, state = self.all_logits(ids, state)
        return logits[:, -1], state

    def step(self, ids: Tensor, state: WrittenRows) -> tuple[Tensor, WrittenRows]:
        return self.prefill(ids[:, None], state)


def rows_of(decoder: Ruled, prompt: list[int]) -> Rows:
    """Return the row of `prompt`, read; passes are counted from then on."""
    logits, state = decoder.prefill(torch.tensor([prompt]), decoder.new_state(1))
    decoder.passes = decoder.read = 0
    return Rows(decoder, state, TokenHistory([prompt]), logits, [0])


def around(ids: list[int]) -> int:
    """Go round through twelve ids."""
    return 10 + (ids[-1] - 9) % 12
