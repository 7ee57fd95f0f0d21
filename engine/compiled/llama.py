"""All layers of a Transformer of the Llama family in one function: little but its products is left of a step's time.

The formulas are those of `engine.models.llama`, where they are explained. Shapes: R new tokens,
those of one row of the state after each other, H hidden width; Q query heads, K key heads, W their width;
L layers, B rows of the state.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange, types
from numba.extending import overload

from engine.compiled import lanes
from engine.compiled.arithmetic import array_at, entry, exp, function, part, shared
from engine.compiled.blocks import add, attend, attend_alone, keep, multiply_by, vector_at

_ZERO, _ONE = np.float32(0.0), np.float32(1.0)
_NORMS = 3  # before attention, of its heads, before the feed-forward part
_ATTENTION_IN, _ATTENTION_OUT, _FEED_IN, _FEED_OUT = 0, 1, 2, 3


@entry
def read_llama(layers: Any, room: Any, tokens: Any, parts: Any) -> None:
    """Put `tokens.x` through all layers and the last norm, in place.

    Threads share every product where `parts` is 1; of more parts of the rows each is one thread's, which then waits
    for the others once a layer.
    """
    for layer in range(layers.table.shape[0] + 1):
        if parts > 1:
            in_parts(layers, layer, room, tokens, parts)
        else:
            _between(layers, layer, room, tokens, 0, tokens.x.shape[0], False)


def in_parts(layers: Any, layer: Any, room: Any, tokens: Any, parts: Any) -> None:
    """Do what `_between` does with as many parts of the rows, each by one thread; only where products are of bytes."""
    raise NotImplementedError((layers, layer, room, tokens, parts))  # numba puts `_in_parts` in its place


@overload(in_parts, strict=False)
def _in_parts(layers: Any, layer: Any, room: Any, tokens: Any, parts: Any) -> Any:  # noqa: ARG001
    if layers.types[1].dtype == types.int8 and lanes.AVAILABLE:
        return lambda layers, layer, room, tokens, parts: _by_threads(layers, layer, room, tokens, parts)
    return _not_compiled  # it would take as long again


def _not_compiled(layers: Any, layer: Any, room: Any, tokens: Any, parts: Any) -> None:  # noqa: ARG001
    if parts > 1:
        raise ValueError("only products of bytes are compiled for threads by themselves")


@shared
def _by_threads(layers: Any, layer: Any, room: Any, tokens: Any, parts: Any) -> None:
    rows = tokens.x.shape[0]
    for number in prange(parts):
        _between(layers, layer, room, tokens, rows * number // parts, rows * (number + 1) // parts, True)


@part
def _between(layers: Any, layer: Any, room: Any, tokens: Any, first: Any, end: Any, alone: Any) -> None:
    """Do what stands between two looks of the tokens from `first` to `end` at all before them: the one of the layer
    before `layer`, and the next, for which all keys have to be there.
    """
    state, length, epsilon = tokens.state, tokens.length, tokens.epsilon
    x, small, hidden = tokens.x[first:end], room.small[first:end], tokens.x.shape[1]
    heads, width, queries = state.shape[2] // 2, state.shape[4], room.seen.shape[1]
    count = tokens.x.shape[0] // state.shape[1]
    made, normed, added = room.made[first:end], room.normed[first:end], room.added[first:end]
    if layer > 0:
        columns, seen = layers.table[layer - 1], room.seen[first:end].reshape(end - first, -1)
        if alone:
            attend_alone(room.made, state[layer - 1], first, end, length, count, room.scores, room.seen)
        else:
            attend(room.made, state[layer - 1], first, end, length, count, room.scores, room.seen)
        multiply_by(layers, columns, _NORMS, _ATTENTION_OUT, seen, small, added, alone)
        add(x, added)
        fed, gated = room.fed[first:end], room.gated[first:end]
        _normalise(x, vector_at(columns[2], hidden), epsilon, normed)
        multiply_by(layers, columns, _NORMS, _FEED_IN, normed, small, fed, alone)
        _gate(fed, gated)
        multiply_by(layers, columns, _NORMS, _FEED_OUT, gated, small, added, alone)
        add(x, added)
    if layer < layers.table.shape[0]:
        columns = layers.table[layer]
        _normalise(x, vector_at(columns[0], hidden), epsilon, normed)
        multiply_by(layers, columns, _NORMS, _ATTENTION_IN, normed, small, made.reshape(end - first, -1), alone)
        if tokens.normed_heads:
            _normalise_heads(made, array_at(columns[1], (queries + heads, width), np.float32), epsilon)
        _turn(made, queries + heads, tokens.turns, first, length - count, count)
        keep(made, queries, first, length - count, count, state[layer])
    else:
        _normalise(x, tokens.final_norm, epsilon, x)


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
def _turn(made: Any, turned: Any, turns: Any, first: Any, start: Any, count: Any) -> None:
    """Turn the first heads of `made` (R, Q + 2 K, W), queries and keys of the tokens from `first` on, in place."""
    for r in range(made.shape[0]):
        position = start + (first + r) % count
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
