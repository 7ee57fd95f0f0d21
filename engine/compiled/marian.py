"""The decoder layers of a Marian model in one function: little but their products is left of a step's time.

The formulas are those of `engine.models.marian`, where they are explained. Shapes: R new tokens,
those of one row of the text after each other, H hidden width; L layers, B rows of the text, S source tokens,
W width of a head.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.compiled.arithmetic import entry, exp, function
from engine.compiled.blocks import add, keep, multiply_by, vector_at
from engine.compiled.looking import look
from engine.compiled.products import product

_ZERO, _HALF, _ONE, _EPSILON = np.float32(0.0), np.float32(0.5), np.float32(1.0), np.float32(1e-5)
_ROOT_HALF = np.float32(math.sqrt(0.5))
_NORMS = 6  # weight and bias after attention, after the look at the source, after the feed-forward part
_ATTENTION_IN, _ATTENTION_OUT, _QUERY, _CROSS_OUT, _FEED_IN, _FEED_OUT = 0, 1, 2, 3, 4, 5
_RELU, _GELU = 0, 1  # of the activations; the third is SiLU


@entry
def read_marian(
    layers: Any,
    room: Any,
    x: Any,
    state: Any,
    places: Any,
    sources: Any,
    source_of: Any,
    lengths: Any,
    length: Any,
    activation: Any,
    head: Any,
    logits: Any,
) -> None:
    """Put x (R, H) through all layers, in place, and through the matrix `head` into `logits` (R, V), if it has rows.

    `state` (L, rows, 2 heads, capacity, W) takes the keys and values of the last R / B of `length` positions; `sources`
    (L, sources, 2 heads, S, W) holds those of the sources, of which `lengths` (sources,) positions are looked at.
    `places` (B, capacity) says in which row of the state a position lies, that of its own number if it is new,
    `source_of` (B,) at which source a row looks; all are int64. `activation` is 0 for ReLU, 1 for GELU, 2 for SiLU.
    """
    rows, hidden = x.shape
    count, heads = rows // places.shape[0], room.seen.shape[1]
    made, seen = room.made.reshape(rows, -1), room.seen.reshape(rows, -1)
    looking = room.normed.reshape(room.seen.shape)
    source_places = np.empty((source_of.shape[0], sources.shape[3]), np.int64)
    for row in range(source_of.shape[0]):
        source_places[row] = source_of[row]
    for row in range(places.shape[0]):
        places[row, length - count : length] = row
    ends, source_ends = np.empty(rows, np.int64), np.empty(rows, np.int64)
    for r in range(rows):
        ends[r] = length - count + r % count + 1
        source_ends[r] = lengths[source_of[r // count]]
    for layer in range(layers.table.shape[0]):
        columns = layers.table[layer]
        multiply_by(layers, columns, _NORMS, _ATTENTION_IN, x, room.small, made, False)
        keep(room.made, heads, 0, length - count, count, state[layer])
        look(room.made, state[layer], places, ends, room.scores, room.seen)
        multiply_by(layers, columns, _NORMS, _ATTENTION_OUT, seen, room.small, room.added, False)
        _add_and_normalise(x, room.added, vector_at(columns[0], hidden), vector_at(columns[1], hidden))
        multiply_by(layers, columns, _NORMS, _QUERY, x, room.small, room.normed, False)
        look(looking, sources[layer], source_places, source_ends, room.scores, room.seen)
        multiply_by(layers, columns, _NORMS, _CROSS_OUT, seen, room.small, room.added, False)
        _add_and_normalise(x, room.added, vector_at(columns[2], hidden), vector_at(columns[3], hidden))
        multiply_by(layers, columns, _NORMS, _FEED_IN, x, room.small, room.fed, False)
        _activate(room.fed, activation)
        multiply_by(layers, columns, _NORMS, _FEED_OUT, room.fed, room.small, room.added, False)
        _add_and_normalise(x, room.added, vector_at(columns[4], hidden), vector_at(columns[5], hidden))
    if logits.shape[0]:
        product(head, x, room.small, logits, False)


@function
def _add_and_normalise(x: Any, added: Any, weight: Any, bias: Any) -> None:
    """Add `added` to x (R, H); subtract the mean of each vector, divide it by its deviation."""
    add(x, added)
    width = np.float32(x.shape[1])
    for r in range(x.shape[0]):
        whole, squares = _ZERO, _ZERO
        for k in range(x.shape[1]):
            whole += x[r, k]
        mean = whole / width
        for k in range(x.shape[1]):
            squares += (x[r, k] - mean) * (x[r, k] - mean)
        factor = _ONE / np.sqrt(squares / width + _EPSILON)
        for k in range(x.shape[1]):
            x[r, k] = (x[r, k] - mean) * factor * weight[k] + bias[k]


@function
def _activate(fed: Any, activation: Any) -> None:
    for r in range(fed.shape[0]):
        for k in range(fed.shape[1]):
            value = fed[r, k]
            if activation == _RELU:
                fed[r, k] = max(value, _ZERO)
            elif activation == _GELU:
                fed[r, k] = value * _HALF * (_ONE + np.float32(math.erf(value * _ROOT_HALF)))
            else:
                fed[r, k] = value / (_ONE + exp(-value))
