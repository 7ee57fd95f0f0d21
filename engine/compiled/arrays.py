"""What the compiled layers are given: addresses of weights, and room to work in. Free of the compiler."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ROWS = 16  # rows of weights in 4 bits that lie side by side
PANEL = 120  # vectors of bytes that are multiplied at a time: they and their products stay in the cache
BYTES = 64  # the most products of bytes that are added up side by side
GROUP = 32  # weights in 4 bits that share a scale
PAIR = 576  # bytes of two groups of `ROWS` rows in 4 bits, with their scales and middles
SCALES, MIDDLES = 512, 544  # where these begin
MIDDLE = 128  # what stands for zero in a byte without sign


class Matrix(NamedTuple):
    """N rows of K weights, filled up with zeros to N' and K', whole blocks of rows and of `BYTES`.

    `codes` (N', K') are float32, uint16 (bfloat16) or int8, to be multiplied by `scales` (N',); `bias` (N',) is
    added; both are float32. Rows of a block lie side by side, as `engine.compiled.float_tiles`, `tiles` and
    `nibbles` say. Where x is multiplied as bytes without sign, `sums` (N',) int32 is what that
    makes the products too large by: 128 times the sums of the rows of codes.
    """

    codes: NDArray[Any]
    scales: NDArray[np.float32]
    sums: NDArray[np.int32]
    bias: NDArray[np.float32]


class Layers(NamedTuple):
    """Where the weights of L layers lie.

    `table` (L, columns) int64 are addresses: of the parameters of norms, float32, one column each, then of the
    matrices, four columns each, as a `Matrix` has them. `kind` is an empty array of the codes' type;
    `widths` (matrices, 2) int64 are N' and K' of each matrix.
    """

    table: NDArray[np.int64]
    kind: NDArray[Any]
    widths: NDArray[np.int64]


class Room(NamedTuple):
    """Where numbers are kept on the way, for R tokens: allocated once.

    H is the hidden width, F the inner one; Q and K count query and key heads of width W; K' is the longest row
    of codes.
    """

    normed: NDArray[np.float32]  # (R, H); in a Marian model, what looks at the source
    made: NDArray[np.float32]  # (R, Q + 2 K, W)
    scores: NDArray[np.float32]  # (R, Q, most positions that are looked at)
    seen: NDArray[np.float32]  # (R, Q, W)
    added: NDArray[np.float32]  # (R, H)
    fed: NDArray[np.float32]  # (R, F), with a gate (R, 2 F)
    gated: NDArray[np.float32]  # (R, F)
    small: NDArray[np.uint8]  # (R, K')


class NewTokens(NamedTuple):
    """What a model of the Llama family reads: R tokens, all as many of each of B rows.

    Heads have width W; `state` takes the keys and values of the last of `length` positions.
    """

    x: NDArray[np.float32]  # (R, H), and what becomes of it
    state: NDArray[np.float32]  # (L, B, 2 K, capacity, W)
    length: int
    turns: NDArray[np.float32]  # (positions, W / 2, 2): cosines and sines
    final_norm: NDArray[np.float32]  # (H,)
    normed_heads: bool  # whether heads have a norm of their own
    epsilon: np.float32
