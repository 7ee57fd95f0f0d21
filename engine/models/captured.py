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
from functools import partial
from typing import Generic, TypeVar

import torch
from torch import Tensor

from engine.models.kv_state import KVState

_FIRST_CAPACITY = 256  # positions
_MOST_ROWS, _MOST_TOKENS, _MOST = 16, 32, 64  # rows, tokens of each, both together; of more, launches do not count
_MOST_BUFFERS = 4

Read = tuple[Tensor, Tensor]  # vectors after the last layer (B, T, H) and scores (B, T, V), in whatever type they come
Record = Callable[[Callable[[], Read]], Callable[[], Read]]
Beside = TypeVar("Beside")


@dataclass(frozen=True, slots=True)
class Reading(Generic[Beside]):
    """What is read: `ids` (B, T), the `positions` (T,) they stand at, and all keys and values.

    `buffer` is (L, B, 2 heads, C, width) and `beside` whatever else the decoder reads; none of it moves.
    """

    ids: Tensor
    positions: Tensor
    buffer: Tensor
    beside: Beside

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

    def __init__(self, run: Callable[[Reading[Tensor]], Read], table: Callable[[int], Tensor], record: Record) -> None:
        """`run` may be recorded; `table` returns what it needs beside the states, for that many positions."""
        self._run, self._table, self._record = run, table, record
        self._buffers: Buffers[Tensor] = Buffers(_MOST_BUFFERS)

    @property
    def recorded(self) -> int:
        """How many graphs are kept at present."""
        return self._buffers.recorded

    @torch.inference_mode()
    def read(self, ids: Tensor, state: KVState) -> Read | None:
        """Read `ids` (B, T) after what `state` holds; None where that has to be done otherwise.

        The scores come in float32.
        """
        rows, count = ids.shape
        if state.mask is not None or rows > _MOST_ROWS or count > _MOST_TOKENS:
            return None
        padded = power_of_two(count)
        if rows * padded > _MOST:
            return None
        capacity = max(_FIRST_CAPACITY, power_of_two(state.length + _MOST_TOKENS))

        def new_buffer() -> Buffer[Tensor]:
            return Buffer(state.room(capacity), self._table(capacity), self._run, self._record)

        found = self._buffers.read((rows, capacity), 1, new_buffer, lambda buffer: buffer.read(ids, padded, state))
        if found is None:
            return None
        state.extend(rows, count, None)
        return found[0][:, :count].clone(), found[1][:, :count].to(torch.float32, copy=True)


class Buffer(Generic[Beside]):
    """Keys and values that do not move, the state that lives in them, and the graphs that read and write them."""

    def __init__(self, held: Tensor, beside: Beside, run: Callable[[Reading[Beside]], Read], record: Record) -> None:
        """`held` is a `KVState.room`, for no fewer rows than the states have; `run` may be recorded."""
        self.beside = beside
        self._held, self._run, self._record = held, run, record
        self._tenant: weakref.ref[KVState] | None = None
        self._lent: Tensor | None = None  # the rows that the tenant has
        self.graphs: dict[int, tuple[Reading[Beside], Callable[[], Read]]] = {}  # by the number of tokens

    def read(self, ids: Tensor, padded: int, state: KVState) -> Read:
        """Read `ids` (B, T) with the graph for `padded` tokens; `state`, which has room for them, is to be extended.

        What is found lies at the same address every time, some of it after tokens and rows that there are not.
        """
        if padded not in self.graphs:
            self.graphs[padded] = self._recorded(padded)
        reading, replay = self.graphs[padded]
        if self._lent is None or state.buffer is not self._lent:
            self._let_in(state)
        rows, count = ids.shape
        reading.ids[:rows, :count] = ids
        torch.arange(state.length, state.length + padded, out=reading.positions)
        return replay()

    def _recorded(self, padded: int) -> tuple[Reading[Beside], Callable[[], Read]]:
        self._let_out()  # for it is run meanwhile, and writes
        rows, device = self._held.shape[1], self._held.device
        ids = torch.zeros((rows, padded), dtype=torch.int64, device=device)
        reading = Reading(ids, torch.arange(padded, device=device), self._held, self.beside)
        return reading, self._record(partial(self._run, reading))

    def _let_in(self, state: KVState) -> None:
        self._let_out()
        lent = self._held[:, : state.buffer.shape[1]]
        state.move(lent, lent=True)
        self._tenant, self._lent = weakref.ref(state), lent

    def _let_out(self) -> None:
        tenant = self._tenant and self._tenant()
        if tenant is not None and tenant.buffer is self._lent:
            tenant.move(tenant.room(self._held.shape[3]))
        self._tenant = self._lent = None


class Buffers(Generic[Beside]):
    """Buffers by what they are made for, until CUDA refuses one; those unused for longest make room."""

    def __init__(self, most: int) -> None:
        """`most` is what they may cost together."""
        self._most = most
        self._held: OrderedDict[tuple[int, ...], tuple[int, Buffer[Beside]]] = OrderedDict()
        self._works = True

    @property
    def recorded(self) -> int:
        """How many graphs are kept at present."""
        return sum(len(buffer.graphs) for _, buffer in self._held.values())

    def read(
        self,
        key: tuple[int, ...],
        cost: int,
        make: Callable[[], Buffer[Beside]],
        read: Callable[[Buffer[Beside]], Read],
    ) -> Read | None:
        """Return what `read` finds with the buffer for `key`, which `make` makes at `cost`; None if CUDA refuses."""
        if not self._works:
            return None
        try:
            return read(self._found(key, cost, make))
        except RuntimeError as error:
            if not _refused_by_cuda(error):
                raise
            self._works = False  # no memory for another buffer, or a driver that records nothing: as without graphs
            self._held.clear()
            return None

    def _found(self, key: tuple[int, ...], cost: int, make: Callable[[], Buffer[Beside]]) -> Buffer[Beside]:
        found = self._held.pop(key, None)
        if found is None:
            while self._held and sum(each for each, _ in self._held.values()) + cost > self._most:
                self._held.popitem(last=False)
            found = cost, make()
        self._held[key] = found
        return found[1]


def power_of_two(count: int) -> int:
    """Return the least power of two that is no less than `count`."""
    return 1 << (count - 1).bit_length()


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
