"""Products of a few vectors with a matrix: every weight is read once for all of them.

Shapes: R vectors of K numbers, x (R, K); N rows of weights, in the `Matrix` of `engine.compiled.arrays`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange, types
from numba.extending import overload

from engine.compiled import lanes
from engine.compiled.arithmetic import as_float, entry, part, shared
from engine.compiled.arrays import ROWS
from engine.compiled.byte_products import product_of_bytes
from engine.compiled.nibbles import product_of_nibbles

_ZERO = np.float32(0.0)


def product(matrix: Any, x: Any, small: Any, out: Any) -> None:
    """Write x Wᵀ + bias into `out` (R, N).

    Where codes are int8 and the processor adds up products of bytes, x is brought to 8 bits as well, a scale
    for each vector; `small` (R or `PANEL`, at least K') uint8 is room for that. So it is where they are uint8,
    which hold weights in 4 bits: then with a scale for each group of x, and room for all R.
    """
    raise NotImplementedError((matrix, x, small, out))  # numba puts `_product` in its place


@overload(product, strict=False)
def _product(matrix: Any, x: Any, small: Any, out: Any) -> Any:  # noqa: ARG001 (numba goes by their names)
    if matrix.types[0].dtype == types.uint8:
        return lambda matrix, x, small, out: product_of_nibbles(matrix, x, small, out)
    if matrix.types[0].dtype == types.int8 and lanes.AVAILABLE:
        return lambda matrix, x, small, out: product_of_bytes(matrix, x, small, out)
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


@entry
def multiply(matrix: Any, x: Any, small: Any, out: Any) -> None:
    """Do what `product` does, called from Python."""
    product(matrix, x, small, out)
