"""Weights brought to 4 bits: the 16 levels of each group of 32 lie where they leave the smallest squared error.

Tried are levels that span shares of the group's range; those that fit best are moved to where their own codes
would have them (a line fitted by least squares). The layout is that of `engine.compiled.nibbles`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from engine.compiled.arithmetic import entry, function, part, shared
from engine.compiled.arrays import GROUP, MIDDLES, PAIR, ROWS, SCALES

_ZERO, _ONE, _HALF, _TINY = np.float32(0.0), np.float32(1.0), np.float32(0.5), np.float32(1e-12)
_EIGHT, _LAST, _COUNT = np.float32(8.0), np.float32(15.0), np.float32(GROUP)
_LARGEST_SCALE, _LARGEST_MIDDLE = np.float32(255.0), np.float32(8 * 127.0)  # in units
_SHARES = tuple(np.float32(share) for share in (1.0, 0.95, 0.9, 0.85, 0.8))
_MOVES = 3


@entry
def pack(weight: Any, codes: Any, units: Any, largest: Any) -> None:
    """Bring `weight` (N', K') float32 to 4 bits, `codes` (N', 9 K' / 16) uint8 and `units` (N',).

    `largest` (N',) become the largest weights of rows, in units.
    """
    _pack(weight, codes.reshape(-1), units, largest)


@shared
def _pack(weight: Any, codes: Any, units: Any, largest: Any) -> None:
    groups = weight.shape[1] // GROUP
    for block in prange(weight.shape[0] // ROWS):
        scales, middles = np.empty(groups, np.float32), np.empty(groups, np.float32)
        for row in range(ROWS):
            n, unit = block * ROWS + row, _TINY
            for group in range(groups):
                scale, middle = _levels(weight[n, group * GROUP : (group + 1) * GROUP])
                unit = max(unit, scale / _LARGEST_SCALE, abs(middle) / _LARGEST_MIDDLE)
                scales[group], middles[group] = scale, middle
            most = _ONE
            for group in range(groups):
                place = (block * groups + group) // 2 * PAIR
                most = max(most, _write(weight, n, group, unit, scales[group], middles[group], codes, place))
            units[n], largest[n] = unit, most


@function
def _write(weight: Any, n: Any, group: Any, unit: Any, scale: Any, middle: Any, codes: Any, place: Any) -> Any:
    """Write a group of row `n` into the pair at `place`; return its largest weight in units."""
    row, half, most = n % ROWS, group % 2, _ZERO
    scale = max(np.floor(scale / unit + _HALF), _ONE)
    eights = np.floor(middle / (unit * _EIGHT) + _HALF)
    codes[place + SCALES + half * ROWS + row] = np.uint8(np.int32(scale))
    codes[place + MIDDLES + half * ROWS + row] = np.uint8(np.int32(eights))
    slope, start = unit * scale, unit * _EIGHT * eights
    for step in range(GROUP // 8):
        at, k = place + ((half * 4 + step) * ROWS + row) * 4, group * GROUP + 8 * step
        for byte in range(4):
            low = _code(weight[n, k + byte], _ONE / slope, start)
            high = _code(weight[n, k + 4 + byte], _ONE / slope, start)
            codes[at + byte] = np.uint8(np.int32(low) | np.int32(high) << 4)
            most = max(most, abs(scale * (low - _EIGHT) + _EIGHT * eights))
            most = max(most, abs(scale * (high - _EIGHT) + _EIGHT * eights))
    return most


@function
def _levels(weights: Any) -> Any:
    """Return the scale and the middle (that of code 8) of 32 `weights`."""
    low = high = weights[0]
    for k in range(GROUP):
        low, high = min(low, weights[k]), max(high, weights[k])
    best, best_scale, best_middle = np.float32(np.inf), _TINY, low
    for share in _SHARES:
        scale = max((high - low) * share / _LAST, _TINY)
        middle = (high + low + scale) * _HALF
        error = _error(weights, scale, middle)
        if error < best:
            best, best_scale, best_middle = error, scale, middle
    for _ in range(_MOVES):
        scale, middle = _moved(weights, best_scale, best_middle)
        error = _error(weights, scale, middle)
        if error >= best:
            break
        best, best_scale, best_middle = error, scale, middle
    return best_scale, best_middle


@part
def _code(weight: Any, factor: Any, middle: Any) -> Any:
    return min(max(np.floor((weight - middle) * factor + _EIGHT + _HALF), _ZERO), _LAST)


@function
def _error(weights: Any, scale: Any, middle: Any) -> Any:
    whole, factor = _ZERO, _ONE / scale
    for k in range(GROUP):
        difference = (_code(weights[k], factor, middle) - _EIGHT) * scale + middle - weights[k]
        whole += difference * difference
    return whole


@function
def _moved(weights: Any, scale: Any, middle: Any) -> Any:
    """Return the scale and the middle with which the codes of the given ones fit best."""
    codes, squares, sums, both, factor = _ZERO, _ZERO, _ZERO, _ZERO, _ONE / scale
    for k in range(GROUP):
        code = _code(weights[k], factor, middle) - _EIGHT
        codes += code
        squares += code * code
        sums += weights[k]
        both += code * weights[k]
    spread = squares - codes * codes / _COUNT
    slope = max((both - codes * sums / _COUNT) / max(spread, _HALF), _TINY)
    return slope, (sums - slope * codes) / _COUNT
