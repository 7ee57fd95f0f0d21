"""The steps of a Marian decoder as CUDA graphs (`engine.models.captured`): one token of every row of a batch.

Beside keys and values written so far, a graph looks at those of the sources, which are moved in once for a batch; it
goes on with them while rows are reordered. How many sources there are, how many rows each of them has if there is but
one, and how many positions each side has are brought to powers of two, so that a batch which becomes smaller as its
texts end meets few graphs. Rows and sources that there are not are computed and not looked at.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from engine.models.captured import Buffer, Buffers, Read, Reading, Record, power_of_two
from engine.models.marian_state import MarianState

_FIRST_CAPACITY, _FIRST_LENGTH = 64, 32  # positions of a row, of a source
_MOST_ROWS = 256  # of more, launches do not count
_MOST_POSITIONS = 1 << 16  # of all buffers; 800 MB for six layers of 512 in bfloat16


class FixedSources:
    """Keys and values of sources where they stay, `held` (L, sources, 2 heads, S, W).

    `bias` (sources, 1, 1, S) is added to the scores of their positions: -inf for what is no token of a source.
    """

    def __init__(self, like: Tensor, count: int, length: int) -> None:
        """Make room for `count` sources of `length` positions, whose other sizes are those of `like`."""
        layers, _, heads, _, width = like.shape
        self.held = like.new_zeros((layers, count, heads, length, width))
        self.bias = like.new_zeros((count, 1, 1, length))
        self._copied: weakref.ref[Tensor] | None = None

    def copy(self, sources: Tensor, mask: Tensor | None) -> None:
        """Take over those of a `MarianState`, unless they are here."""
        if self._copied is not None and self._copied() is sources:
            return
        count, length = sources.shape[1], sources.shape[3]
        self.held[:, :count, :, :length] = sources
        self.bias.zero_()  # what is no source looks at everything: at nothing, it would become NaN and stay
        self.bias[:count, :, :, length:] = -torch.inf
        if mask is not None:
            self.bias[:count, :, :, :length].masked_fill_(~mask, -torch.inf)
        self._copied = weakref.ref(sources)


class CapturedSteps:
    """Take the steps of one decoder's states with graphs."""

    def __init__(self, run: Callable[[Reading[FixedSources]], Read], context: int, record: Record) -> None:
        """`run` may be recorded; `context` is the number of positions that it knows."""
        self._run, self._context, self._record = run, context, record
        self._buffers: Buffers[FixedSources] = Buffers(_MOST_POSITIONS)

    @property
    def recorded(self) -> int:
        """How many graphs are kept at present."""
        return self._buffers.recorded

    @torch.inference_mode()
    def step(self, ids: Tensor, state: MarianState) -> Tensor | None:
        """Read one id per row, (B,); return logits (B, V) float32, None where that has to be done otherwise."""
        state.arrange()
        size, rows = _Size.of(len(ids), state), len(ids)
        if size.rows > _MOST_ROWS or size.positions > _MOST_POSITIONS or state.length >= self._context:
            return None

        def new_buffer() -> Buffer[FixedSources]:
            sources = FixedSources(state.sources, size.sources, size.length)
            return Buffer(state.written.room(size.capacity, size.rows), sources, self._run, self._record)

        def read(buffer: Buffer[FixedSources]) -> Read:
            buffer.beside.copy(state.sources, state.mask)
            return buffer.read(ids[:, None], 1, state.written)

        found = self._buffers.read(size, size.positions, new_buffer, read)
        if found is None:
            return None
        state.extend(1)
        return found[1][:rows, 0].to(torch.float32, copy=True)


class _Size(NamedTuple):
    """What a graph has room for: sources, rows of each, positions of a source, and of a row."""

    sources: int
    each: int
    length: int
    capacity: int

    @classmethod
    def of(cls, rows: int, state: MarianState) -> _Size:
        """Return it for `rows` rows, which are in order."""
        sources, each = state.sources.shape[1], state.shared(rows)
        length = max(_FIRST_LENGTH, power_of_two(state.sources.shape[3]))
        capacity = max(_FIRST_CAPACITY, power_of_two(state.length + 1))
        return cls(power_of_two(sources), power_of_two(each) if sources == 1 else each, length, capacity)

    @property
    def rows(self) -> int:
        return self.sources * self.each

    @property
    def positions(self) -> int:
        return self.rows * self.capacity + self.sources * self.length
