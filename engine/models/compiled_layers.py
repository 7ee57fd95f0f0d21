"""The layers of `engine.models.llama` and `engine.models.marian` run by compiled functions, a few tokens at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compiled import library
from engine.compiled.arrays import Layers, NewTokens, Room
from engine.models.compiled_bytes import CompiledBytesLinear
from engine.models.compiled_int4 import CompiledInt4Linear
from engine.models.compiled_linear import CompiledLinear
from engine.models.kv_state import KVState
from engine.models.linear import Linear
from engine.models.llama_shape import Shape
from engine.models.marian_layers import MarianShape
from engine.models.marian_state import MarianState

_FEW = 8  # new tokens, or as many as their products are read for; of more, products are a matter of computing
_MANY = 512  # where products of bytes are as fast as any: what is spared beside them counts
_EACH = 24  # new tokens of each thread, from which threads that wait for each other once a layer are faster
_LOOKS = 3 << 13  # of new tokens at positions, beyond which torch's attention makes up for what it costs beside
_ACTIVATIONS = {"relu": 0, "gelu": 1, "swish": 2, "silu": 2}
Compiled = CompiledLinear | CompiledBytesLinear | CompiledInt4Linear
_Parts = tuple[Sequence[Tensor | None], Sequence[Linear]]  # of a layer: parameters of norms, products


class LayerTable:
    """The weights of layers with the addresses by which compiled functions find them, as long as this lives."""

    def __init__(self, parts: Sequence[_Parts]) -> None:
        """`parts` of each layer stand in the order of the columns; None is a norm that there is not."""
        self._norms = [[None if one is None else one.float().contiguous() for one in norms] for norms, _ in parts]
        self._products = [[one for one in products if isinstance(one, Compiled)] for _, products in parts]
        matrices = [product.matrix for product in self._products[0]]
        self.layers = Layers(
            np.array([self._row(index) for index in range(len(parts))], np.int64),
            matrices[0].codes[:0, :0],
            np.array([matrix.codes.shape for matrix in matrices], np.int64),
        )
        self.packed = isinstance(self._products[0][0], CompiledBytesLinear)
        self.longest = max(product.small_width for product in self._products[0])
        self.most = max(_FEW, self._products[0][0].few)
        self.alone = self._products[0][0].alone
        self._room: Room | None = None

    def room(self, rows: int, positions: int, sizes: tuple[int, int, int, int, int]) -> Room:
        """Return room for `rows` tokens that look at up to `positions`.

        `sizes` are the hidden width, query heads, all heads, their width, and what the feed-forward part makes.
        """
        room = self._room
        if room is None or len(room.normed) < rows or room.scores.shape[2] < positions:
            room = self._room = _new_room(rows, max(positions, 256), sizes, self.longest)
        return Room._make(part[:rows] for part in room)

    def _row(self, layer: int) -> list[int]:
        addresses = [0 if norm is None else norm.data_ptr() for norm in self._norms[layer]]
        for product in self._products[layer]:
            addresses += [array.ctypes.data for array in product.matrix]
        return addresses


class CompiledLlama:
    """Read new tokens with layers of the Llama family, as many at a time as it `takes`."""

    def __init__(self, table: LayerTable, final_norm: Tensor, shape: Shape, *, normed_heads: bool) -> None:
        self._functions = library.functions()
        self._table, self._shape, self._normed_heads = table, shape, normed_heads
        self._final_norm = final_norm.float().numpy()
        heads = shape.query_heads + 2 * shape.key_heads
        self._sizes = (shape.hidden, shape.query_heads, heads, shape.width, 2 * shape.feed)

    def takes(self, rows: int, count: int, length: int) -> bool:
        """Tell whether `count` new tokens of each of `rows` rows, with `length` positions, are read fastest here."""
        tokens, most = rows * count, self._table.most
        if tokens <= (most if count == 1 else _FEW):
            return True
        return (tokens <= most or self._table.alone) and tokens * length <= _LOOKS

    def parts(self, tokens: int, threads: int) -> int:
        """Return in how many parts, each for one of the `threads`, new tokens are read; 1 is by all together."""
        return threads if self._table.packed and tokens >= threads * _EACH else 1

    def read(self, x: Tensor, state: KVState, turns: Tensor) -> Tensor:
        """Return the vectors that the last norm makes of the new tokens' `x` (R, H) float32, which is used up.

        `state` has been extended by them, so many in each row; `turns` (positions, W / 2) complex are those of all
        positions.
        """
        held, threads = state.buffer.numpy(), torch.get_num_threads()
        self._functions.set_threads(threads)
        tokens = NewTokens(
            x.numpy(),
            held,
            state.length,
            torch.view_as_real(turns).numpy(),
            self._final_norm,
            self._normed_heads,
            np.float32(self._shape.epsilon),
        )
        room = self._table.room(len(x), held.shape[3], self._sizes)
        self._functions.read_llama(self._table.layers, room, tokens, self.parts(len(x), threads))
        return x


class CompiledMarian:
    """Read up to `most` new tokens at a time with the decoder layers of a Marian model."""

    def __init__(self, table: LayerTable, head: Compiled, shape: MarianShape) -> None:
        self._functions = library.functions()
        self._table, self._head = table, head
        self._activation = _ACTIVATIONS[shape.activation]
        self._vocab = shape.vocab
        heads = shape.decoder.heads
        self._sizes = (shape.hidden, heads, 3 * heads, shape.hidden // heads, shape.decoder.feed)
        self.most = _MANY if table.packed else table.most

    def read(self, x: Tensor, state: MarianState) -> Tensor:
        """Return the vectors that the last layer makes of the new tokens' `x` (R, H) float32, which is used up.

        `state` has been extended by them, so many in each row.
        """
        self._run(x, state, x[:0])
        return x

    def logits(self, x: Tensor, state: MarianState) -> Tensor:
        """Return the logits (R, V) after new tokens, for the arguments of `read`."""
        if not self._table.packed:
            return self._head(self.read(x, state))
        found = torch.empty((len(x), self._vocab))
        self._run(x, state, found)
        return found

    def _run(self, x: Tensor, state: MarianState, logits: Tensor) -> None:
        held, sources = state.written.buffer.numpy(), state.sources.numpy()
        self._functions.set_threads(torch.get_num_threads())
        self._functions.read_marian(
            self._table.layers,
            self._table.room(len(x), max(held.shape[3], sources.shape[3]), self._sizes),
            x.numpy(),
            held,
            state.places.numpy(),
            sources,
            state.source_of.numpy(),
            state.lengths.numpy(),
            state.length,
            self._activation,
            self._head.matrix,
            logits.numpy(),
        )


def table_of(parts: Sequence[_Parts]) -> LayerTable | None:
    """Return the layers for compiled functions, None where these cannot compute with their weights."""
    compiled = all(isinstance(one, Compiled) for _, products in parts for one in products)
    return LayerTable(parts) if compiled else None


def _new_room(rows: int, positions: int, sizes: tuple[int, int, int, int, int], longest: int) -> Room:
    hidden, queries, heads, width, fed = sizes

    def floats(*shape: int) -> NDArray[np.float32]:
        return np.empty((rows, *shape), np.float32)

    return Room(
        normed=floats(hidden),
        made=floats(heads, width),
        scores=floats(queries, positions),
        seen=floats(queries, width),
        added=floats(hidden),
        fed=floats(fed),
        gated=floats(fed // 2),
        small=np.empty((rows, longest), np.uint8),
    )
