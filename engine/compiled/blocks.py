"""What compiled layers of every family are made of.

Shapes: R new tokens, `count` after each other in each row of a state; heads of width W.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from engine.compiled.arithmetic import array_at, exp, function, shared
from engine.compiled.arrays import Matrix
from engine.compiled.products import product

_ZERO, _ONE, _LOWEST = np.float32(0.0), np.float32(1.0), np.float32(-1e30)


@function
def vector_at(address: Any, width: Any) -> Any:
    """Return the parameters (width,) float32 of a norm."""
    return array_at(address, (width,), np.float32)


@function
def multiply_by(layers: Any, columns: Any, norms: Any, matrix: Any, x: Any, small: Any, out: Any, alone: Any) -> None:
    """Write the product of x (R, K) with matrix number `matrix` of a layer into `out` (R, N).

    `columns` is the layer's row of the table, which begins with `norms` addresses of parameters of norms; `alone` is
    that of `product`.
    """
    rows, width = layers.widths[matrix, 0], layers.widths[matrix, 1]
    first = norms + 4 * matrix
    found = Matrix(
        array_at(columns[first], (rows, width), layers.kind.dtype),
        array_at(columns[first + 1], (rows,), np.float32),
        array_at(columns[first + 2], (rows,), np.int32),
        array_at(columns[first + 3], (rows,), np.float32),
    )
    product(found, x, small, out, alone)


@function
def add(x: Any, added: Any) -> None:
    """Add `added` to x, both (R, H)."""
    for r in range(x.shape[0]):
        for k in range(x.shape[1]):
            x[r, k] += added[r, k]


@function
def keep(made: Any, queries: Any, first: Any, start: Any, count: Any, state: Any) -> None:
    """Keep keys and values, the heads of `made` (R, heads, W) after `queries`, in `state` (B, 2 K, capacity, W).

    `made` are those of the new tokens from number `first` on; the first of each row stands at position `start`.
    """
    for place in range(made.shape[0]):
        r = first + place
        for head in range(queries, made.shape[1]):
            for w in range(made.shape[2]):
                state[r // count, head - queries, start + r % count, w] = made[place, head, w]


def _attend(made: Any, state: Any, first: Any, end: Any, length: Any, count: Any, scores: Any, seen: Any) -> None:
    """Let queries look at all positions up to their own: `seen` (R, Q, W), of the new tokens from `first` to `end`.

    Queries are the first Q heads of `made`; `state` (B, 2 K, capacity, W) holds keys, then values of `length`
    positions.
    """
    heads, queries = state.shape[1] // 2, seen.shape[1]
    for job in prange(first * heads, end * heads):
        r, head = job // heads, job % heads
        positions = length - count + r % count + 1
        keys, values = state[r // count, head], state[r // count, heads + head]
        for query in range(head * (queries // heads), (head + 1) * (queries // heads)):
            _look(made[r, query], keys, values, positions, scores[r, query], seen[r, query])


attend, attend_alone = shared(_attend), function(_attend)


@function
def _look(query: Any, keys: Any, values: Any, end: Any, scores: Any, seen: Any) -> None:
    width = query.shape[0]
    scale, largest, whole = _ONE / np.sqrt(np.float32(width)), _LOWEST, _ZERO
    for position in range(end):
        score = _ZERO
        for w in range(width):
            score += query[w] * keys[position, w]
        scores[position] = score * scale
        largest = max(largest, scores[position])
    for position in range(end):
        scores[position] = exp(scores[position] - largest)
        whole += scores[position]
    seen[:] = _ZERO
    for position in range(end):
        share = scores[position] / whole
        for w in range(width):
            seen[w] += share * values[position, w]
