"""Products of a few vectors with a matrix: every weight is read once for all of them.

Shapes: R vectors of K numbers, x (R, K); N rows of weights, in the `Matrix` of `engine.compiled.arrays`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange, types
from numba.extending import overload

from engine.compiled import lanes
from engine.compiled.arithmetic import as_float, entry, function, part, shared
from engine.compiled.arrays import MIDDLE, ROWS
from engine.compiled.lanes import WIDTH, load_lanes, multiply_add, no_lanes, totals
from engine.compiled.nibbles import product_of_nibbles

_ZERO, _HALF, _TINY = np.float32(0.0), np.float32(0.5), np.float32(1e-12)
_LARGEST, _MIDDLE = np.float32(127.0), np.float32(MIDDLE)


def product(matrix: Any, x: Any, small: Any, out: Any) -> None:
    """Write x Wᵀ + bias into `out` (R, N).

    Where codes are int8 and the processor adds up products of bytes, x is brought to 8 bits as well, a scale
    for each vector; `small` (at least R, K') uint8 is room for that. So it is where they are uint8, which hold
    weights in 4 bits: then with a scale for each group of x.
    """
    raise NotImplementedError((matrix, x, small, out))  # numba puts `_product` in its place


@overload(product, strict=False)
def _product(matrix: Any, x: Any, small: Any, out: Any) -> Any:  # noqa: ARG001 (numba goes by their names)
    if matrix.types[0].dtype == types.uint8:
        return lambda matrix, x, small, out: product_of_nibbles(matrix, x, small, out)
    if matrix.types[0].dtype == types.int8 and lanes.AVAILABLE:
        return lambda matrix, x, small, out: _of_bytes(matrix, x, small, out)
    return lambda matrix, x, small, out: _of_floats(matrix, x, out)  # noqa: ARG005


@shared
def _of_floats(matrix: Any, x: Any, out: Any) -> None:
    codes, scales, bias = matrix.codes, matrix.scales, matrix.bias
    rows, count = x.shape[0], out.shape[1]
    for block in prange(codes.shape[0] // ROWS):
        first = ROWS * block
        end = min(first + ROWS, count)
        r = 0
        while r < rows:
            left = rows - r
            if left == 1:
                for start in range(first, end, 4):
                    found = _four_weights(codes, start, x[r])
                    for at in range(min(4, end - start)):
                        n = start + at
                        out[r, n] = found[at] * scales[n] + bias[n]
                r += 1
            elif left == 5:  # as many as there are variants; a fifth alone would cost as much as four
                for n in range(first, end):
                    found = _five_vectors(codes[n], x, r)
                    for at in range(5):
                        out[r + at, n] = found[at] * scales[n] + bias[n]
                r += 5
            else:
                for n in range(first, end):
                    found = _four_vectors(codes[n], x, r)
                    for at in range(min(4, left)):
                        out[r + at, n] = found[at] * scales[n] + bias[n]
                r += 4


@part
def _four_weights(codes: Any, n: Any, x: Any) -> Any:
    w0, w1, w2, w3 = codes[n], codes[n + 1], codes[n + 2], codes[n + 3]
    a = b = c = d = _ZERO
    for k in range(x.shape[0]):
        a += as_float(w0[k]) * x[k]
        b += as_float(w1[k]) * x[k]
        c += as_float(w2[k]) * x[k]
        d += as_float(w3[k]) * x[k]
    return a, b, c, d


@part
def _four_vectors(weights: Any, x: Any, r: Any) -> Any:
    """Return the products with four vectors; in place of those that there are not stands the last."""
    last = x.shape[0] - 1
    x0, x1, x2, x3 = x[r], x[min(r + 1, last)], x[min(r + 2, last)], x[min(r + 3, last)]
    a = b = c = d = _ZERO
    for k in range(x.shape[1]):
        weight = as_float(weights[k])
        a += weight * x0[k]
        b += weight * x1[k]
        c += weight * x2[k]
        d += weight * x3[k]
    return a, b, c, d


@part
def _five_vectors(weights: Any, x: Any, r: Any) -> Any:
    x0, x1, x2, x3, x4 = x[r], x[r + 1], x[r + 2], x[r + 3], x[r + 4]
    a = b = c = d = e = _ZERO
    for k in range(x.shape[1]):
        weight = as_float(weights[k])
        a += weight * x0[k]
        b += weight * x1[k]
        c += weight * x2[k]
        d += weight * x3[k]
        e += weight * x4[k]
    return a, b, c, d, e


@shared
def _of_bytes(matrix: Any, x: Any, small: Any, out: Any) -> None:
    codes, scales, sums, bias = matrix.codes, matrix.scales, matrix.sums, matrix.bias
    rows, width = x.shape[0], codes.shape[1]
    sizes = np.empty(rows, np.float32)
    for r in range(rows):
        sizes[r] = _in_bytes(x[r], small[r], width)
    together = rows // 4 * 4
    for block in prange(codes.shape[0] // ROWS):
        first = ROWS * block
        end = min(first + ROWS, out.shape[1])
        for r in range(0, together, 4):
            for n in range(first, end, 4):
                s0, s1, s2, s3 = _sixteen_sums(codes, n, small, r)
                _keep(s0, scales, sums, bias, n, sizes[r], out, r)
                _keep(s1, scales, sums, bias, n, sizes[r + 1], out, r + 1)
                _keep(s2, scales, sums, bias, n, sizes[r + 2], out, r + 2)
                _keep(s3, scales, sums, bias, n, sizes[r + 3], out, r + 3)
        for r in range(together, rows):
            for n in range(first, end, 4):
                _keep(_four_sums(codes, n, small, r), scales, sums, bias, n, sizes[r], out, r)


@part
def _keep(found: Any, scales: Any, sums: Any, bias: Any, n: Any, size: Any, out: Any, r: Any) -> None:
    """Turn the sums of four rows of codes, from row `n` on, into numbers of row `r` of `out`."""
    a, b, c, d = found
    count = out.shape[1] - n
    out[r, n] = np.float32(a - sums[n]) * (scales[n] * size) + bias[n]
    if count > 1:
        out[r, n + 1] = np.float32(b - sums[n + 1]) * (scales[n + 1] * size) + bias[n + 1]
    if count > 2:
        out[r, n + 2] = np.float32(c - sums[n + 2]) * (scales[n + 2] * size) + bias[n + 2]
    if count > 3:
        out[r, n + 3] = np.float32(d - sums[n + 3]) * (scales[n + 3] * size) + bias[n + 3]


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


@part
def _four_sums(codes: Any, n: Any, small: Any, r: Any) -> Any:
    """Return the products of four rows of codes with one vector."""
    width = codes.shape[1]
    weights, at = n * width, r * small.shape[1]
    a, b, c, d = no_lanes(), no_lanes(), no_lanes(), no_lanes()
    for k in range(0, width, WIDTH):
        x = load_lanes(small, at + k)
        a = multiply_add(a, x, load_lanes(codes, weights + k))
        b = multiply_add(b, x, load_lanes(codes, weights + width + k))
        c = multiply_add(c, x, load_lanes(codes, weights + 2 * width + k))
        d = multiply_add(d, x, load_lanes(codes, weights + 3 * width + k))
    return totals(a, b, c, d)


@part
def _sixteen_sums(codes: Any, n: Any, small: Any, r: Any) -> Any:
    """Return the products of four rows of codes with each of four vectors."""
    width, step = codes.shape[1], small.shape[1]
    weights, at = n * width, r * step
    a0, b0, c0, d0 = no_lanes(), no_lanes(), no_lanes(), no_lanes()
    a1, b1, c1, d1 = no_lanes(), no_lanes(), no_lanes(), no_lanes()
    a2, b2, c2, d2 = no_lanes(), no_lanes(), no_lanes(), no_lanes()
    a3, b3, c3, d3 = no_lanes(), no_lanes(), no_lanes(), no_lanes()
    for k in range(0, width, WIDTH):
        x0, x1 = load_lanes(small, at + k), load_lanes(small, at + step + k)
        x2, x3 = load_lanes(small, at + 2 * step + k), load_lanes(small, at + 3 * step + k)
        w = load_lanes(codes, weights + k)
        a0, a1 = multiply_add(a0, x0, w), multiply_add(a1, x1, w)
        a2, a3 = multiply_add(a2, x2, w), multiply_add(a3, x3, w)
        w = load_lanes(codes, weights + width + k)
        b0, b1 = multiply_add(b0, x0, w), multiply_add(b1, x1, w)
        b2, b3 = multiply_add(b2, x2, w), multiply_add(b3, x3, w)
        w = load_lanes(codes, weights + 2 * width + k)
        c0, c1 = multiply_add(c0, x0, w), multiply_add(c1, x1, w)
        c2, c3 = multiply_add(c2, x2, w), multiply_add(c3, x3, w)
        w = load_lanes(codes, weights + 3 * width + k)
        d0, d1 = multiply_add(d0, x0, w), multiply_add(d1, x1, w)
        d2, d3 = multiply_add(d2, x2, w), multiply_add(d3, x3, w)
    return totals(a0, b0, c0, d0), totals(a1, b1, c1, d1), totals(a2, b2, c2, d2), totals(a3, b3, c3, d3)


@entry
def multiply(matrix: Any, x: Any, small: Any, out: Any) -> None:
    """Do what `product` does, called from Python."""
    product(matrix, x, small, out)
