"""All layers of a Transformer of the Llama family in one function: little but its products is left of a step's time.

The formulas are those of `engine.models.llama`, where they are explained. Shapes: R new tokens,
those of one row of the state after each other, H hidden width; Q query heads, K key heads, W their width;
L layers, B rows of the state.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from engine.compiled.arithmetic import array_at, entry, exp, function, shared
from engine.compiled.arrays import (
    ATTENTION_IN,
    ATTENTION_NORM,
    ATTENTION_OUT,
    FEED_IN,
    FEED_NORM,
    FEED_OUT,
    HEAD_NORM,
    Matrix,
)
from engine.compiled.products import product

_ZERO, _ONE, _LOWEST = np.float32(0.0), np.float32(1.0), np.float32(-1e30)


@entry
def read_layers(
    layers: Any, room: Any, x: Any, state: Any, turns: Any, length: Any, normed_heads: Any, epsilon: Any
) -> None:
    """Put x (R, H) through all layers and the last norm, in place.

    `state` (L, B, 2 K, capacity, W) takes the keys and values of the last R / B of `length` positions; `turns`
    (positions, W / 2, 2) are cosines and sines. All are float32. `normed_heads` tells whether heads have a norm.
    """
    rows, hidden = x.shape
    heads, width = state.shape[2] // 2, state.shape[4]
    count, queries = rows // state.shape[1], room.seen.shape[1]
    made, seen = room.made.reshape(rows, -1), room.seen.reshape(rows, -1)
    for layer in range(layers.table.shape[0]):
        at = layers.table[layer]
        _normalise(x, array_at(at[ATTENTION_NORM], (hidden,), np.float32), epsilon, room.normed)
        _product(layers, at, ATTENTION_IN, 0, room.normed, room.small, made)
        if normed_heads:
            weight = array_at(at[HEAD_NORM], (queries + heads, width), np.float32)
            _normalise_heads(room.made, weight, epsilon)
        _turn(room.made, queries, turns, length - count, count, state[layer])
        _attend(room.made, state[layer], length, count, room.scores, room.seen)
        _product(layers, at, ATTENTION_OUT, 1, seen, room.small, room.added)
        _add(x, room.added)
        _normalise(x, array_at(at[FEED_NORM], (hidden,), np.float32), epsilon, room.normed)
        _product(layers, at, FEED_IN, 2, room.normed, room.small, room.fed)
        _gate(room.fed, room.gated)
        _product(layers, at, FEED_OUT, 3, room.gated, room.small, room.added)
        _add(x, room.added)
    _normalise(x, layers.final_norm, epsilon, x)


@function
def _product(layers: Any, at: Any, column: Any, matrix: Any, x: Any, small: Any, out: Any) -> None:
    rows, width = layers.widths[matrix, 0], layers.widths[matrix, 1]
    matrix = Matrix(
        array_at(at[column], (rows, width), layers.kind.dtype),
        array_at(at[column + 1], (rows,), np.float32),
        array_at(at[column + 2], (rows,), np.int32),
        array_at(at[column + 3], (rows,), np.float32),
    )
    product(matrix, x, small, out)


@function
def _normalise(x: Any, weight: Any, epsilon: Any, out: Any) -> None:
    for r in range(x.shape[0]):
        squares = _ZERO
        for k in range(x.shape[1]):
            squares += x[r, k] * x[r, k]
        factor = _ONE / np.sqrt(squares / np.float32(x.shape[1]) + epsilon)
        for k in range(x.shape[1]):
            out[r, k] = x[r, k] * factor * weight[k]


@function
def _normalise_heads(made: Any, weight: Any, epsilon: Any) -> None:
    for head in range(weight.shape[0]):
        heads = made[:, head]
        _normalise(heads, weight[head], epsilon, heads)


@function
def _turn(made: Any, queries: Any, turns: Any, start: Any, count: Any, state: Any) -> None:
    """Turn queries and keys of `made` (R, Q + 2 K, W) in place; keep keys and values in `state` (B, 2 K, ..., W)."""
    rows, all_heads, width = made.shape
    turned = queries + state.shape[1] // 2
    for r in range(rows):
        row, position = r // count, start + r % count
        for head in range(turned):
            for pair in range(width // 2):
                real, imaginary = made[r, head, 2 * pair], made[r, head, 2 * pair + 1]
                cosine, sine = turns[position, pair, 0], turns[position, pair, 1]
                made[r, head, 2 * pair] = real * cosine - imaginary * sine
                made[r, head, 2 * pair + 1] = real * sine + imaginary * cosine
        for head in range(queries, all_heads):
            for w in range(width):
                state[row, head - queries, position, w] = made[r, head, w]


@shared
def _attend(made: Any, state: Any, length: Any, count: Any, scores: Any, seen: Any) -> None:
    """Let each query look at all positions up to its own: `seen` (R, Q, W)."""
    heads, queries = state.shape[1] // 2, seen.shape[1]
    for job in prange(seen.shape[0] * heads):
        r, head = job // heads, job % heads
        end = length - count + r % count + 1
        keys, values = state[r // count, head], state[r // count, heads + head]
        for query in range(head * (queries // heads), (head + 1) * (queries // heads)):
            _look(made[r, query], keys, values, end, scores[r, query], seen[r, query])


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


@function
def _gate(fed: Any, gated: Any) -> None:
    """Multiply SiLU of the first half of `fed` (R, 2 F) with the second."""
    feed = gated.shape[1]
    for r in range(gated.shape[0]):
        for k in range(feed):
            gate = fed[r, k]
            gated[r, k] = gate / (_ONE + exp(-gate)) * fed[r, feed + k]


@function
def _add(x: Any, added: Any) -> None:
    for r in range(x.shape[0]):
        for k in range(x.shape[1]):
            x[r, k] += added[r, k]
