"""Products of a few vectors with a matrix: every weight is read once for all of them.

Shapes: R vectors of K numbers, x (R, K); N rows of weights, in the `Matrix` of `engine.compiled.arrays`.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import overload

from engine.compiled import lanes
from engine.compiled.arithmetic import entry
from engine.compiled.byte_products import product_of_bytes
from engine.compiled.float_products import product_of_floats
from engine.compiled.nibbles import product_of_nibbles


def product(matrix: Any, x: Any, small: Any, out: Any, alone: Any) -> None:
    """Write x Wᵀ + bias into `out` (R, N).

    Where codes are int8 and the processor adds up products of bytes, x is brought to 8 bits as well, a scale
    for each vector; `small` (R or `PANEL`, at least K') uint8 is room for that. So it is where they are uint8,
    which hold weights in 4 bits: then with a scale for each group of x, and room for all R.
    `alone` tells whether this thread does all of it, being one of several at work, which only products of bytes can.
    """
    raise NotImplementedError((matrix, x, small, out, alone))  # numba puts `_product` in its place


@overload(product, strict=False)
def _product(matrix: Any, x: Any, small: Any, out: Any, alone: Any) -> Any:  # noqa: ARG001 (numba goes by their names)
    if matrix.types[0].dtype == types.uint8:
        return lambda matrix, x, small, out, alone: product_of_nibbles(matrix, x, small, out)  # noqa: ARG005
    if matrix.types[0].dtype == types.int8 and lanes.AVAILABLE:
        return lambda matrix, x, small, out, alone: product_of_bytes(matrix, x, small, out, alone)
    return lambda matrix, x, small, out, alone: product_of_floats(matrix, x, out)  # noqa: ARG005


@entry
def multiply(matrix: Any, x: Any, small: Any, out: Any) -> None:
    """Do what `product` does, called from Python."""
    product(matrix, x, small, out, False)
