"""One run of the compiled functions on next to nothing, with arrays of the types that they are always called with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.compiled.arrays import BYTES, PAIR, ROWS, Layers, Matrix, NewTokens, Room

if TYPE_CHECKING:
    from engine.compiled.library import Functions

_CODES = {"int8": np.int8, "int4": np.uint8, "bfloat16": np.uint16, "float32": np.float32}


def run_once(functions: Functions, kind: str) -> None:
    """Multiply a zero by zeros and read a token through no layers: what calls need is compiled then."""
    halved = kind == "int4"
    count, width = (ROWS, PAIR // ROWS) if halved else (max(functions.float_block, functions.byte_block), BYTES)
    codes, small = np.zeros((count, width), _CODES[kind]), np.zeros((1, BYTES), np.uint8)
    matrix = Matrix(codes, _floats(count), np.zeros(count, np.int32), _floats(count))
    functions.multiply(matrix, _floats(1, BYTES), small, _floats(1, count))
    if halved:
        functions.pack(_floats(ROWS, BYTES), codes, _floats(ROWS), _floats(ROWS))
        functions.unpack(matrix, _floats(ROWS), np.zeros((ROWS, BYTES // 4), np.uint32))
    functions.to_rows(np.zeros((count, 1), np.uint32), np.zeros((count, 1), np.uint32))
    functions.find_largest(_floats(1, BYTES), _floats(1, 1), np.zeros((1, 1), np.int64))
    functions.to_log_softmax(_floats(1, BYTES), _floats(1, 1))
    layers = Layers(np.zeros((0, 1), np.int64), codes[:0, :0], np.zeros((0, 2), np.int64))
    room = Room(
        normed=_floats(1, BYTES),
        made=_floats(1, 3, BYTES),
        scores=_floats(1, 1, 1),
        seen=_floats(1, 1, BYTES),
        added=_floats(1, BYTES),
        fed=_floats(1, 2 * BYTES),
        gated=_floats(1, BYTES),
        small=small,
    )
    x, state, turns = _floats(1, BYTES), _floats(0, 1, 2, 1, BYTES), _floats(1, BYTES // 2, 2)
    tokens = NewTokens(x, state, 1, turns, _floats(BYTES), normed_heads=False, epsilon=np.float32(1e-6))
    functions.read_llama(layers, room, tokens, 1)
    places, lengths = np.zeros((1, 1), np.int64), np.ones(1, np.int64)
    functions.read_marian(layers, room, x, state, places, state, places[0], lengths, 1, 0, matrix, x[:0])


def _floats(*shape: int) -> Any:
    return np.zeros(shape, np.float32)
