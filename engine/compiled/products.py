"""Products of a few vectors with a matrix: every weight is read once for all of them.

Shapes: R vectors of K numbers, x (R, K); N rows of weights, in the `Matrix` of `engine.compiled.arrays`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange, types
from numba.extending import overload

from engine.compiled import lanes
from engine.compiled.arithmetic import as_float, entry, function, shared
from engine.compiled.arrays import BYTES, MIDDLE, ROWS
from engine.compiled.lanes import load_lanes, multiply_add, no_lanes, totals

_ZERO, _HALF, _TINY = np.float32(0.0), np.float32(0.5), np.float32(1e-12)
_LARGEST, _MIDDLE = np.float32(127.0), np.float32(MIDDLE)


def product(matrix: Any, x: Any, small: Any, out: Any) -> None:
    """Write x Wᵀ + bias into `out` (R, N).

    Where codes are int8 and the processor adds up products of bytes, x is brought to 8 bits as well, a scale
    for each vector; `small` (at least R, K') uint8 is room for that.
    """
    raise NotImplementedError((matrix, x, small, out))  # compiled only


@overload(product, strict=False)
def _product(matrix: Any, x: Any, small: Any, out: Any) -> Any:  # noqa: ARG001 (numba goes by their names)
    if matrix.types[0].dtype == types.int8 and lanes.AVAILABLE:
        return lambda matrix, x, small, out: _of_bytes(matrix, x, small, out)
    return lambda matrix, x, small, out: _of_floats(matrix, x, out)  # noqa: ARG005


@shared
def _of_floats(matrix: Any, x: Any, out: Any) -> None:
    codes, scales, bias = matrix.codes, matrix.scales, matrix.bias
    rows, count = x.shape[0], out.shape[1]
    together = rows // 4 * 4
    for block in prange(codes.shape[0] // ROWS):
        first = ROWS * block
        for n in range(first, min(first + ROWS, count)):
            for r in range(0, together, 4):
                found = _four_vectors(codes[n], x, r)
                for at in range(4):
                    out[r + at, n] = found[at] * scales[n] + bias[n]
        for r in range(together, rows):
            found = _four_weights(codes, first, x[r])
            for at in range(min(4, count - first)):
                n = first + at
                out[r, n] = found[at] * scales[n] + bias[n]


@function
def _four_weights(codes: Any, n: Any, x: Any) -> Any:
    w0, w1, w2, w3 = codes[n], codes[n + 1], codes[n + 2], codes[n + 3]
    a = b = c = d = _ZERO
    for k in range(x.shape[0]):
        a += as_float(w0[k]) * x[k]
        b += as_float(w1[k]) * x[k]
        c += as_float(w2[k]) * x[k]
        d += as_float(w3[k]) * x[k]
    return a, b, c, d


@function
def _four_vectors(weights: Any, x: Any, r: Any) -> Any:
    x0, x1, x2, x3 = x[r], x[r + 1], x[r + 2], x[r + 3]
    a = b = c = d = _ZERO
    for k in range(x.shape[1]):
        weight = as_float(weights[k])
        a += weight * x0[k]
        b += weight * x1[k]
        c += weight * x2[k]
        d += weight * x3[k]
    return a, b, c, d


@shared
def _of_bytes(matrix: Any, x: Any, small: Any, out: Any) -> None:
    codes, scales, sums, bias = matrix.codes, matrix.scales, matrix.sums, matrix.bias
    rows, count, width = x.shape[0], out.shape[1], codes.shape[1]
    sizes = np.empty(rows, np.float32)
    for r in range(rows):
        sizes[r] = _in_bytes(x[r], small[r], width)
    pairs = rows // 2 * 2
    for block in prange(codes.shape[0] // ROWS):
        first = ROWS * block
        for r in range(0, pairs, 2):
            left, right = _eight_sums(codes, first, small, r)
            for at in range(min(4, count - first)):
                n = first + at
                out[r, n] = np.float32(left[at] - sums[n]) * scales[n] * sizes[r] + bias[n]
                out[r + 1, n] = np.float32(right[at] - sums[n]) * scales[n] * sizes[r + 1] + bias[n]
        if pairs < rows:
            found = _four_sums(codes, first, small, pairs)
            for at in range(min(4, count - first)):
                n = first + at
                out[pairs, n] = np.float32(found[at] - sums[n]) * scales[n] * sizes[pairs] + bias[n]


@function
def _in_bytes(x: Any, small: Any, width: Any) -> Any:
    """Write x (K,) into `small` as whole numbers around 128; return the size of one."""
    largest = _TINY
    for k in range(x.shape[0]):
        largest = max(largest, abs(x[k]))
    factor = _LARGEST / largest
    for k in range(x.shape[0]):
        small[k] = np.uint8(np.int32(np.floor(x[k] * factor + _MIDDLE + _HALF)))
    for k in range(x.shape[0], width):
        small[k] = 0
    return largest / _LARGEST


@function
def _four_sums(codes: Any, n: Any, small: Any, r: Any) -> Any:
    width = codes.shape[1]
    weights, at = n * width, r * small.shape[1]
    a, b, c, d = no_lanes(), no_lanes(), no_lanes(), no_lanes()
    for k in range(0, width, BYTES):
        x = load_lanes(small, at + k)
        a = multiply_add(a, x, load_lanes(codes, weights + k))
        b = multiply_add(b, x, load_lanes(codes, weights + width + k))
        c = multiply_add(c, x, load_lanes(codes, weights + 2 * width + k))
        d = multiply_add(d, x, load_lanes(codes, weights + 3 * width + k))
    return totals(a, b, c, d)


@function
def _eight_sums(codes: Any, n: Any, small: Any, r: Any) -> Any:
    width = codes.shape[1]
    weights, at, after = n * width, r * small.shape[1], (r + 1) * small.shape[1]
    a, b, c, d = no_lanes(), no_lanes(), no_lanes(), no_lanes()
    e, f, g, h = no_lanes(), no_lanes(), no_lanes(), no_lanes()
    for k in range(0, width, BYTES):
        x, y = load_lanes(small, at + k), load_lanes(small, after + k)
        weight = load_lanes(codes, weights + k)
        a, e = multiply_add(a, x, weight), multiply_add(e, y, weight)
        weight = load_lanes(codes, weights + width + k)
        b, f = multiply_add(b, x, weight), multiply_add(f, y, weight)
        weight = load_lanes(codes, weights + 2 * width + k)
        c, g = multiply_add(c, x, weight), multiply_add(g, y, weight)
        weight = load_lanes(codes, weights + 3 * width + k)
        d, h = multiply_add(d, x, weight), multiply_add(h, y, weight)
    return totals(a, b, c, d), totals(e, f, g, h)


@entry
def multiply(matrix: Any, x: Any, small: Any, out: Any) -> None:
    """Do what `product` does, called from Python."""
    product(matrix, x, small, out)
