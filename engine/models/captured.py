"""Reading a few tokens as a CUDA graph: recorded once, then launched at one go instead of as hundreds of kernels.

A graph reads and writes the same addresses every time it is replayed. So positions come from a tensor, keys and
values lie in a buffer that the graphs own, and states take turns in it: one that reads moves in, and who was there
before moves out. There is one buffer for each number of rows and each capacity, a power of two, and a graph in it for
1, 2, 4 ... tokens; what a graph reads beyond the tokens it is given is hidden from all that comes later.
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
_MOST_ROWS, _MOST_TOKENS, _MOST = 16, 32, 64  # rows, tokens of each, both together; of more, launches do not count
_MOST_BUFFERS = 4  # kept at a time; the one unused for longest goes first

Read = tuple[Tensor, Tensor]  # vectors after the last layer (B, T, H), logits (B, T, V)
Record = Callable[[Callable[[], Read]], Callable[[], Read]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read: `ids` (B, T), the `positions` (T,) they stand at, and all keys and values.

    `buffer` is (L, B, 2 heads, C, width) and `table` whatever the decoder keeps for C positions; neither moves.
    """

    ids: Tensor
    positions: Tensor
    buffer: Tensor
    table: Tensor

    def memories(self) -> list[InPlace]:
        """Return the memory of each layer."""
        return [InPlace(held, self.positions) for held in self.buffer.unbind()]

    def bias(self) -> Tensor:
        """Return what is added to the scores of every position, -inf on those that come later: (T, C)."""
        later = torch.arange(self.buffer.shape[3], device=self.buffer.device) > self.positions[:, None]
        return torch.zeros_like(later, dtype=self.buffer.dtype).masked_fill_(later, -torch.inf)


class InPlace:
    """The memory of one layer, (B, 2 heads, C, width), of which some positions are written each time."""

    def __init__(self, held: Tensor, positions: Tensor) -> None:
        self._held, self._positions = held, positions

    def put(self, fresh: Tensor) -> tuple[Tensor, Tensor]:
        """Write `fresh` (B, 2 heads, T, width); return the keys and values of all C positions."""
        self._held.index_copy_(2, self._positions, fresh.to(self._held.dtype))
        keys, values = self._held.chunk(2, dim=1)
        return keys, values


class CapturedReads:
    """Read with graphs what the states of one decoder read a few tokens at a time."""

    def __init__(self, run: Callable[[Reading], Read], table: Callable[[int], Tensor], record: Record) -> None:
        """`run` may be recorded; `table` returns what it needs for that many positions."""
        self._run, self._table, self._record = run, table, record
        self._buffers: OrderedDict[tuple[int, int], _Buffer] = OrderedDict()
        self._works = True

    @property
    def recorded(self) -> int:
        """How many graphs are kept at present."""
        return sum(len(buffer.graphs) for buffer in self._buffers.values())

    @torch.inference_mode()
    def read(self, ids: Tensor, state: KVState) -> Read | None:
        """Read `ids` (B, T) after what `state` holds; None where that has to be done otherwise."""
        rows, count = ids.shape
        if not self._works or state.mask is not None or rows > _MOST_ROWS or count > _MOST_TOKENS:
            return None
        padded = 1 << (count - 1).bit_length()
        if rows * padded > _MOST:
            return None
        capacity = max(_FIRST_CAPACITY, 1 << (state.length + _MOST_TOKENS - 1).bit_length())
        try:
            return self._buffer(state, rows, capacity).read(ids, padded, state, self._run, self._record)
        except RuntimeError as error:
            if not _refused_by_cuda(error):
                raise
            self._works = False  # no memory for another buffer, or a driver that records nothing: as without graphs
            return None

    def _buffer(self, state: KVState, rows: int, capacity: int) -> _Buffer:
        found = self._buffers.pop((rows, capacity), None) or _Buffer(state.room(capacity), self._table(capacity))
        self._buffers[rows, capacity] = found
        if len(self._buffers) > _MOST_BUFFERS:
            self._buffers.popitem(last=False)
        return found


class _Buffer:
    """Keys and values that do not move, the state that lives in them, and the graphs that read and write them."""

    def __init__(self, held: Tensor, table: Tensor) -> None:
        self._held, self._table = held, table
        self._tenant: weakref.ref[KVState] | None = None
        self.graphs: dict[int, tuple[Reading, Callable[[], Read]]] = {}  # by the number of tokens

    def read(self, ids: Tensor, padded: int, state: KVState, run: Callable[[Reading], Read], record: Record) -> Read:
        """Read `ids` (B, T) with the graph for `padded` tokens."""
        if padded not in self.graphs:
            self.graphs[padded] = self._recorded(padded, run, record)
        reading, replay = self.graphs[padded]
        if state.buffer is not self._held:
            self._let_in(state)
        rows, count = ids.shape
        reading.ids[:, :count] = ids
        torch.arange(state.length, state.length + padded, out=reading.positions)
        hidden, logits = replay()
        state.extend(rows, count, None)
        return hidden[:, :count].clone(), logits[:, :count].clone()

    def _recorded(
        self, padded: int, run: Callable[[Reading], Read], record: Record
    ) -> tuple[Reading, Callable[[], Read]]:
        # It is run meanwhile, on positions that nothing stands at: those of a state that is in are kept in mind.
        tenant = self._tenant and self._tenant()
        if tenant is not None:
            self._let_out(tenant)
        rows, device = self._held.shape[1], self._held.device
        ids = torch.zeros((rows, padded), dtype=torch.int64, device=device)
        reading = Reading(ids, torch.arange(padded, device=device), self._held, self._table)
        return reading, record(lambda: run(reading))

    def _let_in(self, state: KVState) -> None:
        tenant = self._tenant and self._tenant()
        if tenant is not None:
            self._let_out(tenant)
        state.move(self._held, lent=True)
        self._tenant = weakref.ref(state)

    def _let_out(self, tenant: KVState) -> None:
        if tenant.buffer is self._held:
            tenant.move(tenant.room(self._held.shape[3]))
        self._tenant = None


def _refused_by_cuda(error: RuntimeError) -> bool:
    # What its libraries (cuBLAS, cuDNN) refuse comes as a plain RuntimeError, of which only the text tells.
    return isinstance(error, torch.OutOfMemoryError | torch.AcceleratorError) or "CUDA" in str(error)


def record_on(place: torch.device) -> Record:
    """Return what records a function on the CUDA device `place`; its result lies at the same address every time."""

    def record(run: Callable[[], Read]) -> Callable[[], Read]:
        with torch.cuda.device(place):
            aside = torch.cuda.Stream()
            aside.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(aside):
                run()  # libraries take their memory at the first call, which cannot be recorded
            torch.cuda.current_stream().wait_stream(aside)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, capture_error_mode="thread_local"):
                found = run()

        def replay() -> Read:
            graph.replay()
            return found

        return replay

    return record
