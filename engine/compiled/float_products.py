"""Products of vectors of floats with weights that are floats, or codes that are turned into floats on the way.

Shapes are those of `engine.compiled.products`; codes are packed as `engine.compiled.float_tiles` reads them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from engine.compiled.arithmetic import entry, function, shared
from engine.compiled.float_tiles import (
    BLOCK,
    TALLEST,
    tile_of_1,
    tile_of_2,
    tile_of_3,
    tile_of_5,
    tile_of_8,
    tile_of_12,
)

_HELD = 1 << 17  # numbers of vectors that are multiplied at a time: they stay in the cache
_WORDS = 16  # words of a row that are written at a time, a line of the cache
_ZERO = np.float32(0.0)


@function
def product_of_floats(matrix: Any, x: Any, out: Any) -> None:
    """Do what `engine.compiled.products.product` does."""
    step = max(TALLEST, _HELD // matrix.codes.shape[1] // TALLEST * TALLEST)
    for start in range(0, x.shape[0], step):
        _panel(matrix, x[start : start + step], out[start : start + step])


@shared
def _panel(matrix: Any, x: Any, out: Any) -> None:
    codes, scales, bias = matrix.codes, matrix.scales, matrix.bias
    rows, width = x.shape[0], codes.shape[1]
    whole = rows // TALLEST * TALLEST
    height = _height(rows - whole)
    held = np.empty((whole + height) * width, np.float32)
    for r in range(0, whole, TALLEST):
        _lay_side_by_side(x, r, TALLEST, width, held)
    _lay_side_by_side(x, whole, height, width, held)
    for block in prange(codes.shape[0] // BLOCK):
        for r in range(0, whole, TALLEST):
            if TALLEST == 12:
                tile_of_12(codes, scales, bias, block, held, r * width, r, out)
            else:
                tile_of_5(codes, scales, bias, block, held, r * width, r, out)
        if height == 12:
            tile_of_12(codes, scales, bias, block, held, whole * width, whole, out)
        elif height == 8:
            tile_of_8(codes, scales, bias, block, held, whole * width, whole, out)
        elif height == 5:
            tile_of_5(codes, scales, bias, block, held, whole * width, whole, out)
        elif height == 3:
            tile_of_3(codes, scales, bias, block, held, whole * width, whole, out)
        elif height == 2:
            tile_of_2(codes, scales, bias, block, held, whole * width, whole, out)
        elif height == 1:
            tile_of_1(codes, scales, bias, block, held, whole * width, whole, out)


@function
def _height(left: Any) -> Any:
    """Return how many vectors the smallest tile takes that has room for `left`."""
    if left > 8:
        return 12
    if left > 5:
        return 8
    return 5 if left > 3 else left


@function
def _lay_side_by_side(x: Any, start: Any, height: Any, width: Any, held: Any) -> None:
    """Write `height` vectors of x (R, K) from number `start` on into `held`, and zeros up to `width` of each."""
    for place in range(height):
        row = x[min(start + place, x.shape[0] - 1)]
        at = start * width + place
        for k in range(x.shape[1]):
            held[at + k * height] = row[k]
        for k in range(x.shape[1], width):
            held[at + k * height] = _ZERO


@entry
def to_rows(words: Any, out: Any) -> None:
    """Write packed weights, as `words` (N', words of a row) uint32, into `out` of the same shape, row after row."""
    _to_rows(words, out)


@shared
def _to_rows(words: Any, out: Any) -> None:
    count = words.shape[1]
    packed = words.reshape(-1)
    for block in prange(words.shape[0] // BLOCK):
        first = block * BLOCK
        for start in range(0, count, _WORDS):
            for row in range(BLOCK):
                for k in range(start, min(start + _WORDS, count)):
                    out[first + row, k] = packed[first * count + k * BLOCK + row]
