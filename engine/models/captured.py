"""Steps of a decoder as CUDA graphs: recorded once, then launched at one go instead of as hundreds of kernels.

A graph reads and writes the same addresses every time it is replayed. So the position comes from a tensor, keys and
values lie in a buffer that the graph owns, and states take turns in it: one that is stepped moves in, and who was
there before moves out. There is one graph for each number of rows and each capacity, a power of two.
"""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.kv_state import KVState

_FIRST_CAPACITY = 256  # positions
_MOST_ROWS = 16  # of more, products are a matter of computing, and launches do not count
_MOST_GRAPHS = 6  # kept at a time; the one unused for longest goes first

Record = Callable[[Callable[[], Tensor]], Callable[[], Tensor]]


@dataclass(frozen=True, slots=True)
class Step:
    """What one step looks at: `ids` (B,), the `position` (1,) they stand at, and all keys and values.

    `buffer` is (L, B, 2 heads, C, width) and `table` whatever the decoder keeps for C positions; neither moves.
    """

    ids: Tensor
    position: Tensor
    buffer: Tensor
    table: Tensor


class InPlace:
    """The memory of one layer, (B, 2 heads, C, width), of which one position is written each time."""

    def __init__(self, held: Tensor, position: Tensor) -> None:
        self._held, self._position = held, position

    def put(self, fresh: Tensor) -> tuple[Tensor, Tensor]:
        """Write `fresh` (B, 2 heads, 1, width); return the keys and values of all C positions."""
        self._held.index_copy_(2, self._position, fresh.to(self._held.dtype))
        keys, values = self._held.chunk(2, dim=1)
        return keys, values


class CapturedSteps:
    """Step the states of one decoder with graphs, where that can be done."""

    def __init__(self, run: Callable[[Step], Tensor], table: Callable[[int], Tensor], record: Record) -> None:
        """`run` returns logits (B, V) and may be recorded; `table` returns what it needs for that many positions."""
        self._run, self._table, self._record = run, table, record
        self._graphs: OrderedDict[tuple[int, int], _Graph] = OrderedDict()
        self._works = True

    @property
    def recorded(self) -> int:
        """How many graphs are kept at present."""
        return len(self._graphs)

    @torch.inference_mode()
    def step(self, ids: Tensor, state: KVState) -> Tensor | None:
        """Read one id per row, (B,); return logits (B, V), or None where the state has to be stepped otherwise."""
        if not self._works or state.mask is not None or ids.shape[0] > _MOST_ROWS:
            return None
        capacity = max(_FIRST_CAPACITY, 1 << state.length.bit_length())
        graph = self._graphs.pop((ids.shape[0], capacity), None)
        if graph is None:
            graph = self._recorded(state, capacity)
            if graph is None:
                return None
        self._graphs[ids.shape[0], capacity] = graph
        if len(self._graphs) > _MOST_GRAPHS:
            self._graphs.popitem(last=False)
        return graph.step(ids, state)

    def _recorded(self, state: KVState, capacity: int) -> _Graph | None:
        try:
            return _Graph(self._run, self._table(capacity), state.room(capacity), self._record)
        except RuntimeError:  # no memory for another buffer, or a driver that records nothing: as without graphs
            self._works = False
            return None


class _Graph:
    """One recorded step, and the state that lives in its buffer."""

    def __init__(self, run: Callable[[Step], Tensor], table: Tensor, buffer: Tensor, record: Record) -> None:
        rows = buffer.shape[1]
        ids = torch.zeros(rows, dtype=torch.int64, device=buffer.device)
        self._step = Step(ids, torch.zeros(1, dtype=torch.int64, device=buffer.device), buffer, table)
        self._tenant: weakref.ref[KVState] | None = None
        self._replay = record(lambda: run(self._step))

    def step(self, ids: Tensor, state: KVState) -> Tensor:
        """Read one id per row, (B,), with all that `state` holds; return logits (B, V)."""
        if state.buffer is not self._step.buffer:
            self._let_in(state)
        self._step.ids.copy_(ids)
        self._step.position.fill_(state.length)
        state.extend(len(ids), 1, None)
        return self._replay().clone()

    def _let_in(self, state: KVState) -> None:
        tenant = self._tenant and self._tenant()
        if tenant is not None and tenant.buffer is self._step.buffer:
            tenant.move(tenant.room(self._step.buffer.shape[3]))
        state.move(self._step.buffer, lent=True)
        self._tenant = weakref.ref(state)


def record_on(place: torch.device) -> Record:
    """Return what records a function on the CUDA device `place`; its result lies at the same address every time."""

    def record(run: Callable[[], Tensor]) -> Callable[[], Tensor]:
        with torch.cuda.device(place):
            aside = torch.cuda.Stream()
            aside.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(aside):
                run()  # libraries take their memory at the first call, which cannot be recorded
            torch.cuda.current_stream().wait_stream(aside)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, capture_error_mode="thread_local"):
                found = run()

        def replay() -> Tensor:
            graph.replay()
            return found

        return replay

    return record
