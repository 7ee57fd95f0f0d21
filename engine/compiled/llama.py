"""All layers of a Transformer of the Llama family in one function: little but its products is left of a step's time.

The formulas are those of `engine.models.llama`, where they are explained. Shapes: R new tokens,
those of one row of the state after each other, H hidden width; Q query heads, K key heads, W their width;
L layers, B rows of the state.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.compiled.arithmetic import array_at, entry, exp, function, part
from engine.compiled.blocks import add, attend, keep, multiply_by, vector_at

_ZERO, _ONE = np.float32(0.0), np.float32(1.0)
_NORMS = 3  # before attention, of its heads, before the feed-forward part
_ATTENTION_IN, _ATTENTION_OUT, _FEED_IN, _FEED_OUT = 0, 1, 2, 3


@entry
def read_llama(
    layers: Any,
    final_norm: Any,
    room: Any,
    x: Any,
    state: Any,
    turns: Any,
    length: Any,
    normed_heads: Any,
    epsilon: Any,
) -> None:
    """Put x (R, H) through all layers and the last norm (H,), in place.

    `state` (L, B, 2 K, capacity, W) takes the keys and values of the last R / B of `length` positions; `turns`
    (positions, W / 2, 2) are cosines and sines. All are float32. `normed_heads` tells whether heads have a norm.
    """
    rows, hidden = x.shape
    heads, width = state.shape[2] // 2, state.shape[4]
    count, queries = rows // state.shape[1], room.seen.shape[1]
    made, seen = room.made.reshape(rows, -1), room.seen.reshape(rows, -1)
    for layer in range(layers.table.shape[0]):
        columns = layers.table[layer]
        _normalise(x, vector_at(columns[0], hidden), epsilon, room.normed)
        multiply_by(layers, columns, _NORMS, _ATTENTION_IN, room.normed, room.small, made)
        if normed_heads:
            _normalise_heads(room.made, array_at(columns[1], (queries + heads, width), np.float32), epsilon)
        _turn(room.made, queries + heads, turns, length - count, count)
        keep(room.made, queries, length - count, count, state[layer])
        attend(room.made, state[layer], length, count, room.scores, room.seen)
        multiply_by(layers, columns, _NORMS, _ATTENTION_OUT, seen, room.small, room.added)
        add(x, room.added)
        _normalise(x, vector_at(columns[2], hidden), epsilon, room.normed)
        multiply_by(layers, columns, _NORMS, _FEED_IN, room.normed, room.small, room.fed)
        _gate(room.fed, room.gated)
        multiply_by(layers, columns, _NORMS, _FEED_OUT, room.gated, room.small, room.added)
        add(x, room.added)
    _normalise(x, final_norm, epsilon, x)


@function
def _normalise(x: Any, weight: Any, epsilon: Any, out: Any) -> None:
    for r in range(x.shape[0]):
        _normalise_one(x[r], weight, epsilon, out[r])


@function
def _normalise_heads(made: Any, weight: Any, epsilon: Any) -> None:
    # Head after head of a row: the compiler must know that a head's numbers lie side by side.
    for r in range(made.shape[0]):
        for head in range(weight.shape[0]):
            _normalise_one(made[r, head], weight[head], epsilon, made[r, head])


@part
def _normalise_one(x: Any, weight: Any, epsilon: Any, out: Any) -> None:
    squares = _ZERO
    for k in range(x.shape[0]):
        squares += x[k] * x[k]
    factor = _ONE / np.sqrt(squares / np.float32(x.shape[0]) + epsilon)
    for k in range(x.shape[0]):
        out[k] = x[k] * factor * weight[k]


@function
def _turn(made: Any, turned: Any, turns: Any, start: Any, count: Any) -> None:
    """Turn the first heads of `made` (R, Q + 2 K, W), queries and keys, in place."""
    for r in range(made.shape[0]):
        position = start + r % count
        for head in range(turned):
            for pair in range(made.shape[2] // 2):
                real, imaginary = made[r, head, 2 * pair], made[r, head, 2 * pair + 1]
                cosine, sine = turns[position, pair, 0], turns[position, pair, 1]
                made[r, head, 2 * pair] = real * cosine - imaginary * sine
                made[r, head, 2 * pair + 1] = real * sine + imaginary * cosine


@function
def _gate(fed: Any, gated: Any) -> None:
    """Multiply SiLU of the first half of `fed` (R, 2 F) with the second."""
    feed = gated.shape[1]
    for r in range(gated.shape[0]):
        for k in range(feed):
            gate = fed[r, k]
            gated[r, k] = gate / (_ONE + exp(-gate)) * fed[r, feed + k]
