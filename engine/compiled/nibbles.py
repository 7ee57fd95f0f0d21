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
from engine.compiled.float_lanes import (
    COUNT,
    add_floats,
    as_floats,
    float_at,
    load_floats,
    load_signed,
    load_unsigned,
    multiply_floats,
    no_floats,
    spread_float,
    store_floats,
    subtract_floats,
)
from engine.compiled.lanes import (
    add_nibbles,
    high_nibbles,
    load_lanes,
    low_nibbles,
    no_lanes,
    spread_bytes,
)

_TINY, _LARGEST, _HALF, _EIGHT = np.float32(1e-12), np.float32(127.0), np.float32(0.5), np.float32(8.0)
_ROUNDED = np.float32(128.5)  # makes a signed byte positive, and what is cut off rounding
_CODE, _HALF_BYTE = np.uint32(15), np.uint32(4)
_STEP = 4 * ROWS  # bytes that hold four codes of each row, and four more


@shared
def product_of_nibbles(matrix: Any, x: Any, small: Any, out: Any) -> None:
    """Write x Wᵀ + bias into `out`, as `engine.compiled.products.product` does; x is brought to 8 bits in groups."""
    codes, rows = matrix.codes, x.shape[0]
    pairs = codes.shape[1] * ROWS // PAIR
    sizes, wholes = np.empty((rows, 2 * pairs), np.float32), np.empty((rows, 2 * pairs), np.float32)
    for r in range(rows):
        _in_groups(x[r], small[r], sizes[r], wholes[r])
    together = rows // 4 * 4
    for block in prange(codes.shape[0] // ROWS):
        start = block * pairs * PAIR
        for first in range(0, ROWS, COUNT):
            n = block * ROWS + first
            for r in range(0, together, 4):
                a, b, c, d = _four(codes, start, first, pairs, small, sizes, wholes, r)
                _keep(a, matrix, n, out, r)
                _keep(b, matrix, n, out, r + 1)
                _keep(c, matrix, n, out, r + 2)
                _keep(d, matrix, n, out, r + 3)
            for r in range(together, rows):
                _keep(_one(codes, start, first, pairs, small, sizes, wholes, r), matrix, n, out, r)


@function
def _in_groups(x: Any, small: Any, sizes: Any, wholes: Any) -> None:
    """Write x (K,) into `small` as signed bytes; the size of one, and 8 times the sum of each group beside it."""
    for group in range(sizes.shape[0]):
        first = GROUP * group
        end = min(first + GROUP, x.shape[0])
        largest, whole = _TINY, np.int32(0)
        for k in range(first, end):
            largest = max(largest, abs(x[k]))
        factor = _LARGEST / largest
        for k in range(first, end):
            code = np.int32(np.floor(x[k] * factor + _HALF))
            whole += code
            small[k] = np.uint8(code)
        for k in range(max(first, end), first + GROUP):
            small[k] = 0
        sizes[group] = largest / _LARGEST
        wholes[group] = _EIGHT * np.float32(whole)


@part
def _one(codes: Any, start: Any, first: Any, pairs: Any, small: Any, sizes: Any, wholes: Any, r: Any) -> Any:
    """Return the products of `COUNT` rows, from row `first` of a block on, with one vector."""
    x = r * small.shape[1]
    found = no_floats()
    for pair in range(pairs):
        place = start + pair * PAIR
        for half in range(2):
            at, k = place + half * 4 * _STEP + 4 * first, x + pair * 2 * GROUP + half * GROUP
            a = no_lanes()
            for step in range(4):
                held = load_lanes(codes, at + step * _STEP)
                a = add_nibbles(a, low_nibbles(held), spread_bytes(small, k + 8 * step))
                a = add_nibbles(a, high_nibbles(held), spread_bytes(small, k + 8 * step + 4))
            scale = load_unsigned(codes, place + SCALES + half * ROWS + first)
            middle = load_signed(codes, place + MIDDLES + half * ROWS + first)
            found = _added(found, a, scale, middle, sizes[r, 2 * pair + half], wholes[r, 2 * pair + half])
    return found


@part
def _four(codes: Any, start: Any, first: Any, pairs: Any, small: Any, sizes: Any, wholes: Any, r: Any) -> Any:
    """Return the products of `COUNT` rows, from row `first` of a block on, with each of four vectors."""
    width = small.shape[1]
    x = r * width
    f0, f1, f2, f3 = no_floats(), no_floats(), no_floats(), no_floats()
    for pair in range(pairs):
        place = start + pair * PAIR
        for half in range(2):
            group = 2 * pair + half
            at, k = place + half * 4 * _STEP + 4 * first, x + group * GROUP
            a, b, c, d = no_lanes(), no_lanes(), no_lanes(), no_lanes()
            for step in range(4):
                held = load_lanes(codes, at + step * _STEP)
                low, high = low_nibbles(held), high_nibbles(held)
                j = k + 8 * step
                a = add_nibbles(add_nibbles(a, low, spread_bytes(small, j)), high, spread_bytes(small, j + 4))
                j += width
                b = add_nibbles(add_nibbles(b, low, spread_bytes(small, j)), high, spread_bytes(small, j + 4))
                j += width
                c = add_nibbles(add_nibbles(c, low, spread_bytes(small, j)), high, spread_bytes(small, j + 4))
                j += width
                d = add_nibbles(add_nibbles(d, low, spread_bytes(small, j)), high, spread_bytes(small, j + 4))
            scale = load_unsigned(codes, place + SCALES + half * ROWS + first)
            middle = load_signed(codes, place + MIDDLES + half * ROWS + first)
            f0 = _added(f0, a, scale, middle, sizes[r, group], wholes[r, group])
            f1 = _added(f1, b, scale, middle, sizes[r + 1, group], wholes[r + 1, group])
            f2 = _added(f2, c, scale, middle, sizes[r + 2, group], wholes[r + 2, group])
            f3 = _added(f3, d, scale, middle, sizes[r + 3, group], wholes[r + 3, group])
    return f0, f1, f2, f3


@part
def _added(found: Any, sums: Any, scale: Any, middle: Any, size: Any, whole: Any) -> Any:
    """Return `found` and what a group comes to: size (scale (sums - whole) + middle whole)."""
    eights = spread_float(whole)
    centred = multiply_floats(scale, subtract_floats(as_floats(sums), eights))
    group = add_floats(centred, multiply_floats(middle, eights))
    return add_floats(found, multiply_floats(group, spread_float(size)))


@part
def _keep(found: Any, matrix: Any, n: Any, out: Any, r: Any) -> None:
    """Write the products of `COUNT` rows, from row `n` on, into row `r` of `out`."""
    full = add_floats(multiply_floats(found, load_floats(matrix.scales, n)), load_floats(matrix.bias, n))
    count = out.shape[1] - n
    if count >= COUNT:
        store_floats(out, r * out.shape[1] + n, full)
    else:
        for lane in range(count):
            out[r, n + lane] = float_at(full, lane)


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
