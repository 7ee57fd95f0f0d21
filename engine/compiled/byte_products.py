"""Products of weights in 8 bits with vectors that are brought to 8 bits as well, a scale for each vector.

Shapes are those of `engine.compiled.products`; codes are packed as `engine.compiled.tiles` reads them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from engine.compiled.arithmetic import function, shared
from engine.compiled.arrays import MIDDLE, PANEL
from engine.compiled.tiles import BLOCK, TALLEST, tile_of_1, tile_of_2, tile_of_4, tile_of_8, tile_of_12

_TINY, _LARGEST = np.float32(1e-12), np.float32(127.0)
_ROUNDED = np.float32(MIDDLE + 0.5)  # what is cut off then is rounding
_WITHOUT_SIGN = np.int32(0x7FFFFFFF)


@function
def product_of_bytes(matrix: Any, x: Any, small: Any, out: Any, alone: Any) -> None:
    """Do what `engine.compiled.products.product` does; `small` has room for `PANEL` vectors or for all."""
    for start in range(0, x.shape[0], PANEL):
        if alone:
            _own_panel(matrix, x[start : start + PANEL], small, out[start : start + PANEL])
        else:
            _shared_panel(matrix, x[start : start + PANEL], small, out[start : start + PANEL])


def _panel(matrix: Any, x: Any, small: Any, out: Any) -> None:
    codes, scales, sums, bias = matrix.codes, matrix.scales, matrix.sums, matrix.bias
    rows = x.shape[0]
    sizes = np.empty(rows, np.float32)
    for r in range(rows):
        sizes[r] = _in_bytes(x[r], small[r], codes.shape[1])
    whole = rows // TALLEST * TALLEST
    left = rows - whole
    for block in prange(codes.shape[0] // BLOCK):
        for r in range(0, whole, TALLEST):
            if TALLEST == 12:
                tile_of_12(codes, scales, sums, bias, block, small, sizes, r, out)
            else:
                tile_of_4(codes, scales, sums, bias, block, small, sizes, r, out)
        if left > 8:
            tile_of_12(codes, scales, sums, bias, block, small, sizes, whole, out)
        elif left > 4:
            tile_of_8(codes, scales, sums, bias, block, small, sizes, whole, out)
        elif left > 2:
            tile_of_4(codes, scales, sums, bias, block, small, sizes, whole, out)
        elif left == 2:
            tile_of_2(codes, scales, sums, bias, block, small, sizes, whole, out)
        elif left == 1:
            tile_of_1(codes, scales, sums, bias, block, small, sizes, whole, out)


_own_panel, _shared_panel = function(_panel), shared(_panel)


@function
def _in_bytes(x: Any, small: Any, width: Any) -> Any:
    """Write x (K,) into `small` as whole numbers around 128; return the size of one."""
    largest = max(_largest(x), _TINY)
    factor = _LARGEST / largest
    for k in range(x.shape[0]):
        small[k] = np.uint8(np.int32(x[k] * factor + _ROUNDED))
    for k in range(x.shape[0], width):
        small[k] = 0
    return largest / _LARGEST


@function
def _largest(x: Any) -> Any:
    """Return the largest number of x (K,) without signs: as bits, which the compiler compares many at a time."""
    bits, largest = x.view(np.int32), np.int32(0)
    for k in range(x.shape[0]):
        largest = max(largest, np.int32(bits[k] & _WITHOUT_SIGN))
    found = np.int32(largest)
    return found.view(np.float32)
