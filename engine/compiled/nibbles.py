"""Products with weights in 4 bits: sixteen rows side by side, so that no sum has to be added up across.

A weight is unit * (scale (code - 8) + 8 middle): the unit, float32, is its row's, scale (0..255) and middle (-127..127)
are those of 32 weights of a row, codes are 0..15. For 16 rows and 64 weights of each there are 576 bytes: 4 codes of
each row, those of the weights 4 further in the upper halves of bytes, and so on; then 32 scales, and 32 middles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from engine.compiled.arithmetic import entry, function, part, shared
from engine.compiled.arrays import GROUP, MIDDLES, PAIR, ROWS, SCALES
from engine.compiled.nibble_tiles import TALLEST, tile_of_1, tile_of_2, tile_of_3, tile_of_5, tile_of_8

_TINY, _LARGEST, _EIGHT = np.float32(1e-12), np.float32(127.0), np.float32(8.0)
_ROUNDED = np.float32(128.5)  # makes a signed byte positive, and what is cut off rounding
_CODE, _HALF_BYTE = np.uint32(15), np.uint32(4)
_EIGHTS, _MIDDLE = np.int32(8), np.int32(128)


@shared
def product_of_nibbles(matrix: Any, x: Any, small: Any, out: Any) -> None:
    """Write x Wᵀ + bias into `out`, as `engine.compiled.products.product` does; x is brought to 8 bits in groups."""
    codes, scales, bias, rows = matrix.codes, matrix.scales, matrix.bias, x.shape[0]
    groups = 2 * codes.shape[1] * ROWS // PAIR
    sizes, shares = np.empty((rows, groups), np.float32), np.empty((rows, groups), np.float32)
    starts = np.empty((rows, groups), np.int32)
    for r in range(rows):
        _in_groups(x[r], small[r], sizes[r], starts[r], shares[r])
    whole = rows // TALLEST * TALLEST
    left = rows - whole
    for block in prange(codes.shape[0] // ROWS):
        for r in range(0, whole, TALLEST):
            tile_of_8(codes, scales, bias, block, small, sizes, starts, shares, r, out)
        if left > 5:
            tile_of_8(codes, scales, bias, block, small, sizes, starts, shares, whole, out)
        elif left > 3:
            tile_of_5(codes, scales, bias, block, small, sizes, starts, shares, whole, out)
        elif left == 3:
            tile_of_3(codes, scales, bias, block, small, sizes, starts, shares, whole, out)
        elif left == 2:
            tile_of_2(codes, scales, bias, block, small, sizes, starts, shares, whole, out)
        elif left == 1:
            tile_of_1(codes, scales, bias, block, small, sizes, starts, shares, whole, out)


@function
def _in_groups(x: Any, small: Any, sizes: Any, starts: Any, shares: Any) -> None:
    """Write x (K,) into `small` as signed bytes, and what `engine.compiled.nibble_tiles` asks of each group."""
    for group in range(sizes.shape[0]):
        first = GROUP * group
        left = max(x.shape[0] - first, 0)
        if left >= GROUP:  # a count that is known can be done in a few instructions
            size, whole = _in_group(x, small, first, GROUP)
        else:
            size, whole = _in_group(x, small, first, left)
            for k in range(first + left, first + GROUP):
                small[k] = 0
        sizes[group], starts[group], shares[group] = size, -_EIGHTS * whole, size * _EIGHT * np.float32(whole)


@part
def _in_group(x: Any, small: Any, first: Any, count: Any) -> Any:
    """Write `count` numbers of x from number `first` on into `small`; return the size of one, and the sum."""
    largest, whole = _TINY, np.int32(0)
    for k in range(count):
        largest = max(largest, abs(x[first + k]))
    factor = _LARGEST / largest
    for k in range(count):
        code = np.int32(np.int32(x[first + k] * factor + _ROUNDED) - _MIDDLE)
        whole += code
        small[first + k] = np.uint8(code)
    return largest / _LARGEST, whole


@entry
def unpack(matrix: Any, factors: Any, out: Any) -> None:
    """Write the weights, as whole multiples of their row's unit times `factors` (N',), into `out` (N', K' / 4) uint32.

    Each number holds four weights after each other, as signed bytes.
    """
    _unpack(matrix.codes, factors, out)


@shared
def _unpack(codes: Any, factors: Any, out: Any) -> None:
    pairs = codes.shape[1] * ROWS // PAIR
    held = codes.reshape(-1)
    words = held.view(np.uint32)
    for block in prange(codes.shape[0] // ROWS):
        n = block * ROWS
        slopes, starts, found = np.empty(ROWS, np.float32), np.empty(ROWS, np.float32), np.empty((8, ROWS), np.uint32)
        for group in range(2 * pairs):
            half = group % 2
            place = (block * pairs + group // 2) * PAIR
            scales, middles = place + SCALES + half * ROWS, place + MIDDLES + half * ROWS
            for row in range(ROWS):
                slopes[row] = np.float32(held[scales + row]) * factors[n + row]
                middle = np.float32(np.int8(held[middles + row])) * _EIGHT * factors[n + row]
                starts[row] = middle - _EIGHT * slopes[row] + _ROUNDED
            for step in range(4):
                at = place // 4 + (half * 4 + step) * ROWS
                for row in range(ROWS):
                    found[2 * step, row] = _four_bytes(words[at + row], slopes[row], starts[row])
                for row in range(ROWS):
                    found[2 * step + 1, row] = _four_bytes(words[at + row] >> _HALF_BYTE, slopes[row], starts[row])
            for row in range(ROWS):
                for k in range(8):
                    out[n + row, group * 8 + k] = found[k, row]


@part
def _four_bytes(word: Any, slope: Any, start: Any) -> Any:
    """Return the weights of the codes in the lower halves of a word's bytes."""
    return (
        _byte(word & _CODE, slope, start)
        | _byte((word >> np.uint32(8)) & _CODE, slope, start) << np.uint32(8)
        | _byte((word >> np.uint32(16)) & _CODE, slope, start) << np.uint32(16)
        | _byte((word >> np.uint32(24)) & _CODE, slope, start) << np.uint32(24)
    )


@part
def _byte(code: Any, slope: Any, start: Any) -> Any:
    """Return the weight of a code as a signed byte: `start` has made it positive, and what is cut off rounding."""
    return np.uint32(np.int32(np.float32(np.int32(code)) * slope + start) - np.int32(128)) & np.uint32(255)
