"""What all compiled functions are written with: addresses as arrays, the exponential."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numba.np.numpy_support import carray

# Sums may be added up in any order: without that, one number at a time would be. Nothing is divided by zero.
_FAST = {"reassoc", "contract", "nsz", "arcp", "nnan"}
function = njit(fastmath=_FAST, error_model="numpy")  # for other compiled functions
# One that is part of its caller: arrays given to others are counted, which costs more than a few products.
part = njit(fastmath=_FAST, error_model="numpy", inline="always")
shared = njit(fastmath=_FAST, error_model="numpy", parallel=True)  # one whose loop over prange is shared by threads
entry = njit(fastmath=_FAST, error_model="numpy", cache=True)  # to be called from Python; kept on disk

_LOWEST = np.float32(-87.0)  # e to this is the smallest normal number
_LOG2_E = np.float32(1.4426950408889634)
_LN2_HIGH, _LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
_ONE, _HALF = np.float32(1.0), np.float32(0.5)
# Of Moshier's Cephes library, expf: e^f for |f| <= ln 2 / 2, relative error 2e-7.
_P0, _P1, _P2 = np.float32(1.9875691500e-4), np.float32(1.3981999507e-3), np.float32(8.3334519073e-3)
_P3, _P4, _P5 = np.float32(4.1665795894e-2), np.float32(1.6666665459e-1), np.float32(5.0000001201e-1)


@function
def exp(x: Any) -> Any:
    """Return e^x of a float32; unlike the library's, the compiler can compute many at once."""
    x = max(x, _LOWEST)
    power = np.floor(x * _LOG2_E + _HALF)
    f = x - power * _LN2_HIGH - power * _LN2_LOW
    series = ((((_P0 * f + _P1) * f + _P2) * f + _P3) * f + _P4) * f + _P5
    scale = np.int32((np.int32(power) + np.int32(127)) << np.int32(23)).view(np.float32)
    return (series * f * f + f + _ONE) * scale


def _to_pointer(_context: Any, address: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.inttoptr(values[0], context.get_value_type(signature.return_type))

    return types.voidptr(address), generate


_pointer: Any = intrinsic(_to_pointer)  # numba itself gives the first argument


@function
def array_at(address: Any, shape: Any, dtype: Any) -> Any:
    """Return the array of `shape` and `dtype` whose numbers lie at `address`; nothing keeps them alive."""
    return carray(_pointer(address), shape, dtype)
