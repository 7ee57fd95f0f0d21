"""Keys and values of all layers in one block of memory, preallocated: what our own Transformers remember."""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

_FIRST_CAPACITY = 256


class Memory(Protocol):
    """What one layer remembers of B rows."""

    def put(self, fresh: Tensor) -> tuple[Tensor, Tensor]:
        """Put in the keys and values of T new positions, (B, 2 heads, T, width).

        Return the keys and the values of all positions, (B, heads, length, width) each.
        """
        ...


class LayerMemory:
    """The part of a `KVState` that one layer reads and writes."""

    def __init__(self, held: Tensor, count: int) -> None:
        """`held` is (B, 2 heads, length, width), the last `count` positions of which are new."""
        self._held, self._count = held, count

    def put(self, fresh: Tensor) -> tuple[Tensor, Tensor]:
        """Do what `Memory` says."""
        self._held[:, :, -self._count :] = fresh
        keys, values = self._held.chunk(2, dim=1)
        return keys, values


class KVState:
    """Keys and values of B rows, (L, B, 2 heads, capacity, width): the heads' keys before their values.

    Nothing is copied when a token is added or taken back. `mask` (B, length) is False on left
    padding, None without any.
    """

    def __init__(self, shape: tuple[int, int, int, int], dtype: torch.dtype, device: torch.device) -> None:
        """`shape` is (layers, rows, heads, width)."""
        layers, rows, heads, width = shape
        self._heads = heads
        self._buffer = torch.empty((layers, rows, 2 * heads, 0, width), dtype=dtype, device=device)
        self._spare: Tensor | None = None
        self._lent = False  # whether the buffer is another's, who lets in whom it likes
        self.length = 0
        self.mask: Tensor | None = None

    @property
    def size(self) -> int:
        """Bytes of memory taken."""
        spare = 0 if self._spare is None else self._spare.nbytes
        return self._buffer.nbytes + spare

    @property
    def buffer(self) -> Tensor:
        """All that is held, and the room beside it: (L, B, 2 heads, capacity, width)."""
        return self._buffer

    def extend(self, rows: int, count: int, mask: Tensor | None) -> None:
        """Make room for `count` positions more; `mask` (B, count) is False on left padding."""
        if rows != self._buffer.shape[1]:
            raise ValueError(f"{rows} rows cannot follow {self._buffer.shape[1]}")
        self._note(rows, count, mask)
        needed = self.length + count
        if needed > self._buffer.shape[3]:
            self._grow(needed)
        self.length = needed

    def layers(self, count: int) -> list[LayerMemory]:
        """Return the memory of each layer; the last `count` positions are for it to `put`."""
        return [LayerMemory(held, count) for held in self._buffer[:, :, :, : self.length].unbind()]

    def room(self, capacity: int, rows: int | None = None) -> Tensor:
        """Return a buffer like `buffer` for `capacity` positions of as many rows, or of `rows`, all zeros."""
        layers, own, heads, _, width = self._buffer.shape
        return self._buffer.new_zeros((layers, own if rows is None else rows, heads, capacity, width))

    @torch.inference_mode()
    def move(self, buffer: Tensor, *, lent: bool = False) -> None:
        """Keep what is held in `buffer` from now on, a `room` of at least `length`; `lent`: until it is moved on."""
        buffer[:, :, :, : self.length] = self._buffer[:, :, :, : self.length]
        self._buffer, self._spare, self._lent = buffer, None, lent

    @torch.inference_mode()
    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order."""
        shape = self._buffer.shape
        same = rows.shape[0] == shape[1]
        # Beam search reorders as many rows as it has at every step: two buffers take turns.
        if self._spare is None or not same:
            self._spare = self._buffer.new_empty((shape[0], rows.shape[0], *shape[2:]))
        held = self._buffer[:, :, :, : self.length]
        torch.index_select(held, 1, rows, out=self._spare[:, :, :, : self.length])
        self._buffer, self._spare = self._spare, self._buffer if same and not self._lent else None
        self._lent = False
        if self.mask is not None:
            self.mask = self.mask[rows]

    @torch.inference_mode()
    def gather(self, places: Tensor) -> None:
        """Keep as many rows as `places` (N, length) has; it says in which row each of their positions lies now."""
        shape = self._buffer.shape
        buffer = self._buffer.new_zeros((shape[0], places.shape[0], *shape[2:]))
        positions = torch.arange(self.length, device=places.device).expand_as(places)
        buffer[:, :, :, : self.length] = self._buffer[:, places, :, positions].permute(2, 0, 3, 1, 4)
        self._buffer, self._spare, self._lent = buffer, None, False

    @torch.inference_mode()
    def rewind(self, count: int) -> None:
        """Forget the last `count` positions of every row. Raises ValueError when there are fewer."""
        if not 0 <= count <= self.length:
            raise ValueError(f"cannot rewind {count} of {self.length} positions")
        self.length -= count
        if self.mask is not None:
            self.mask = self.mask[:, : self.length]

    @torch.inference_mode()
    def copy(self, length: int) -> KVState:
        """Return a state that holds the first `length` positions of this one, which stays as it is."""
        layers, rows, _, _, width = self._buffer.shape
        found = KVState((layers, rows, self._heads, width), self._buffer.dtype, self._buffer.device)
        found.extend(rows, length, None if self.mask is None else self.mask[:, :length])
        found._buffer[:, :, :, :length] = self._buffer[:, :, :, :length]
        return found

    def _note(self, rows: int, count: int, mask: Tensor | None) -> None:
        if mask is not None and bool(mask.all()):
            mask = None
        if self.mask is None and mask is None:
            return
        device = self._buffer.device
        past = torch.ones((rows, self.length), dtype=torch.bool, device=device) if self.mask is None else self.mask
        new = past.new_ones((rows, count)) if mask is None else mask.bool()
        self.mask = torch.cat((past, new), dim=1)

    def _grow(self, needed: int) -> None:
        shape = self._buffer.shape
        capacity = max(_FIRST_CAPACITY, 2 * shape[3], needed)
        self.move(self._buffer.new_empty((*shape[:3], capacity, shape[4])))  # nobody looks beyond `length`
