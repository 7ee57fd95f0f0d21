"""Key/value memory for models of transformers: preallocated, rewinds, selects rows."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache, CacheLayerMixin

_FIRST_CAPACITY = 64


class KVLayer(CacheLayerMixin):
    """Hold the keys and values of one layer, (B, heads, length, width), in buffers that double when full.

    Nothing is copied when a token is added or taken back: `keys` and `values` are views.
    """

    is_sliding = False
    is_croppable = True

    def __init__(self) -> None:
        super().__init__()
        self.length = 0
        self._key_buffer = self._value_buffer = torch.empty(0)
        self._key_spare: Tensor | None = None
        self._value_spare: Tensor | None = None

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Make room for states like these."""
        self._key_buffer, self._value_buffer = _room_like(key_states, 0), _room_like(value_states, 0)
        self.is_initialized = True

    def update(self, key_states: Tensor, value_states: Tensor, *_args: Any, **_kwargs: Any) -> tuple[Tensor, Tensor]:
        """Append (B, heads, T, width) states; return all keys and values."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start, end = self.length, self.length + key_states.shape[-2]
        if end > self._key_buffer.shape[-2]:
            self._grow(end)
        self._key_buffer[:, :, start:end] = key_states
        self._value_buffer[:, :, start:end] = value_states
        self._show(end)
        return self.keys, self.values  # pyright: ignore[reportReturnType]

    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order."""
        if not self.is_initialized:
            return
        self._key_buffer, self._key_spare = _selected(self._key_buffer, self._key_spare, rows, self.length)
        self._value_buffer, self._value_spare = _selected(self._value_buffer, self._value_spare, rows, self.length)
        self._show(self.length)

    def rewind(self, count: int) -> None:
        """Forget the last `count` positions."""
        if self.is_initialized:
            self._show(self.length - count)

    def reorder_cache(self, beam_idx: Tensor) -> None:
        """Do what `select` does, under the name transformers calls it by."""
        self.select(beam_idx)

    def crop(self, tokens_to_remove: int) -> None:
        """Forget `-tokens_to_remove` positions, as transformers counts them."""
        self.rewind(-tokens_to_remove)

    def get_seq_length(self) -> int:
        """Return the number of positions held."""
        return self.length

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """Return the length and offset that a mask over `query_length` new positions needs."""
        return self.length + query_length, 0

    def get_max_length(self) -> int:
        """Return -1: there is no limit."""
        return -1

    def _show(self, length: int) -> None:
        self.length = length
        self.keys = self._key_buffer[:, :, :length]
        self.values = self._value_buffer[:, :, :length]

    def _grow(self, needed: int) -> None:
        capacity = max(_FIRST_CAPACITY, 2 * self._key_buffer.shape[-2], needed)
        self._key_buffer = _moved(self._key_buffer, capacity, self.length)
        self._value_buffer = _moved(self._value_buffer, capacity, self.length)
        self._key_spare = self._value_spare = None


class KVCache(Cache):
    """Hold one `KVLayer` per layer, whatever its attention pattern: masks see to sliding windows."""

    def __init__(self) -> None:
        super().__init__(layer_class_to_replicate=KVLayer)

    @property
    def length(self) -> int:
        """Number of positions held."""
        return max((layer.get_seq_length() for layer in self.layers), default=0)  # pyright: ignore[reportAttributeAccessIssue]

    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order."""
        self.reorder_cache(rows)  # pyright: ignore[reportArgumentType]

    def rewind(self, count: int) -> None:
        """Forget the last `count` positions of every row. Raises ValueError when there are fewer."""
        if not 0 <= count <= self.length:
            raise ValueError(f"cannot rewind {count} of {self.length} positions")
        self.crop(-count)


def _room_like(states: Tensor, capacity: int) -> Tensor:
    rows, heads, _, width = states.shape
    return states.new_empty((rows, heads, capacity, width))


def _moved(buffer: Tensor, capacity: int, length: int) -> Tensor:
    larger = _room_like(buffer, capacity)
    larger[:, :, :length] = buffer[:, :, :length]
    return larger


def _selected(buffer: Tensor, spare: Tensor | None, rows: Tensor, length: int) -> tuple[Tensor, Tensor | None]:
    # Beam search reorders as many rows as it has at every step: two buffers take turns.
    same = rows.shape[0] == buffer.shape[0]
    if spare is None or not same:
        spare = buffer.new_empty((rows.shape[0], *buffer.shape[1:]))
    torch.index_select(buffer[:, :, :length], 0, rows, out=spare[:, :, :length])
    return spare, buffer if same else None
