"""What the compiled layers are given: addresses of weights, and room to work in. Free of the compiler."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ROWS = 4  # rows of weights that are read side by side
BYTES = 32  # products of bytes that are added up side by side
MIDDLE = 128  # what stands for zero in a byte without sign

# Columns of a layer's row of addresses; a `Matrix` has four.
ATTENTION_NORM, HEAD_NORM, FEED_NORM = 0, 1, 2
ATTENTION_IN, ATTENTION_OUT, FEED_IN, FEED_OUT = 3, 7, 11, 15
COLUMNS = 19


class Matrix(NamedTuple):
    """N rows of K weights, filled up with zeros to N' and K', whole blocks of `ROWS` and `BYTES`.

    `codes` (N', K') are float32, uint16 (bfloat16) or int8, to be multiplied by `scales` (N',); `bias` (N',) is
    added; both are float32. Where x is multiplied as bytes without sign, `sums` (N',) int32 is what that
    makes the products too large by: 128 times the sums of the rows of codes.
    """

    codes: NDArray[Any]
    scales: NDArray[np.float32]
    sums: NDArray[np.int32]
    bias: NDArray[np.float32]


class Layers(NamedTuple):
    """Where the weights of L layers lie.

    `table` (L, COLUMNS) int64 are addresses; `kind` is an empty array of the codes' type; `widths` (4, 2) int64 are
    the numbers N' and K' of the four matrices in the order of the columns; `final_norm` (H,) float32.
    """

    table: NDArray[np.int64]
    kind: NDArray[Any]
    widths: NDArray[np.int64]
    final_norm: NDArray[np.float32]


class Room(NamedTuple):
    """Where numbers are kept on the way, for R tokens: allocated once.

    H is the hidden width, F the inner one; Q and K count query and key heads of width W; K' is the longest row
    of codes.
    """

    normed: NDArray[np.float32]  # (R, H)
    made: NDArray[np.float32]  # (R, Q + 2 K, W)
    scores: NDArray[np.float32]  # (R, Q, capacity of the state)
    seen: NDArray[np.float32]  # (R, Q, W)
    added: NDArray[np.float32]  # (R, H)
    fed: NDArray[np.float32]  # (R, 2 F)
    gated: NDArray[np.float32]  # (R, F)
    small: NDArray[np.uint8]  # (R, K')
