"""The layers of `engine.models.llama` run by one compiled function, for the few tokens of a step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compiled import library
from engine.compiled.arrays import (
    ATTENTION_IN,
    ATTENTION_NORM,
    ATTENTION_OUT,
    COLUMNS,
    FEED_IN,
    FEED_NORM,
    FEED_OUT,
    HEAD_NORM,
    Layers,
    Room,
)
from engine.models.compiled_linear import CompiledLinear
from engine.models.kv_state import KVState
from engine.models.llama_shape import Shape

MOST = 8  # new tokens; of more, products are a matter of computing, not of reading weights


class LayerAddresses:
    """The weights of one layer as the compiled function finds them; they live as long as this does.

    `norms` are those of attention, of its heads (None without) and of the feed-forward part; `products` lead into
    attention, out of it, into the feed-forward part and out of it.
    """

    def __init__(self, norms: tuple[Tensor, Tensor | None, Tensor], products: Sequence[CompiledLinear]) -> None:
        self.products = products
        self.has_head_norm = norms[1] is not None
        self._norms = [None if norm is None else norm.float().contiguous() for norm in norms]

    def row(self) -> NDArray[np.int64]:
        """Return the addresses, (COLUMNS,)."""
        found = np.zeros(COLUMNS, np.int64)
        for column, norm in zip((ATTENTION_NORM, HEAD_NORM, FEED_NORM), self._norms, strict=True):
            found[column] = 0 if norm is None else norm.data_ptr()
        for column, product in zip((ATTENTION_IN, ATTENTION_OUT, FEED_IN, FEED_OUT), self.products, strict=True):
            found[column : column + len(product.matrix)] = [array.ctypes.data for array in product.matrix]
        return found


class CompiledLayers:
    """Read up to `MOST` new tokens at a time."""

    def __init__(self, layers: Sequence[LayerAddresses], final_norm: Tensor, shape: Shape) -> None:
        self._functions = library.functions()
        self._shape, self._kept = shape, layers
        matrices = [product.matrix for product in layers[0].products]
        self._layers = Layers(
            np.array([layer.row() for layer in layers]),
            matrices[0].codes[:0, :0],
            np.array([matrix.codes.shape for matrix in matrices], np.int64),
            final_norm.float().numpy(),
        )
        self._longest = max(matrix.codes.shape[1] for matrix in matrices)
        self._rooms: dict[int, Room] = {}

    def read(self, x: Tensor, state: KVState, turns: Tensor) -> Tensor:
        """Return the vectors that the last norm makes of the new tokens' `x` (R, H) float32, which is used up.

        `state` has been extended by them, so many in each row; `turns` (positions, W / 2) complex are those of all
        positions.
        """
        held = state.buffer.numpy()
        room = self._room(len(x), held.shape[3])
        self._functions.set_threads(torch.get_num_threads())
        self._functions.read_layers(
            self._layers,
            room,
            x.numpy(),
            held,
            torch.view_as_real(turns).numpy(),
            state.length,
            self._kept[0].has_head_norm,
            np.float32(self._shape.epsilon),
        )
        return x

    def _room(self, rows: int, capacity: int) -> Room:
        room = self._rooms.get(rows)
        if room is None or room.scores.shape[2] < capacity:
            room = self._rooms[rows] = self._new_room(rows, capacity)
        return room

    def _new_room(self, rows: int, capacity: int) -> Room:
        shape = self._shape

        def floats(*sizes: int) -> NDArray[np.float32]:
            return np.empty((rows, *sizes), np.float32)

        return Room(
            normed=floats(shape.hidden),
            made=floats(shape.query_heads + 2 * shape.key_heads, shape.width),
            scores=floats(shape.query_heads, capacity),
            seen=floats(shape.query_heads, shape.width),
            added=floats(shape.hidden),
            fed=floats(2 * shape.feed),
            gated=floats(shape.feed),
            small=np.empty((rows, self._longest), np.uint8),
        )
