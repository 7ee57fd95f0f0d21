"""What a search asks of logits (B, V): the likeliest columns of each row, and what all of them add up to."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import prange

from engine.compiled.arithmetic import entry, exp, function, shared

_BLOCK = 64  # columns whose maximum is looked at first
_ZERO, _LOWEST = np.float32(0.0), np.int32(-(2**31))
_SIGN, _WITHOUT_SIGN = np.int32(31), np.int32(0x7FFFFFFF)


@entry
def find_largest(logits: Any, values: Any, columns: Any) -> None:
    """Write the largest of each row of `logits` (B, V) float32 into `values` (B, k), and their `columns` (B, k) int64.

    They come in descending order, equal ones in that of their columns. V is at least k.
    """
    _find_largest(logits, values, columns)


@entry
def to_log_softmax(logits: Any, values: Any) -> None:
    """Turn `values` (B, k), the largest of each row of `logits` (B, V), into logarithms of their probabilities."""
    _to_log_softmax(logits, values)


@shared
def _find_largest(logits: Any, values: Any, columns: Any) -> None:
    size, k = logits.shape[1], values.shape[1]
    for r in prange(logits.shape[0]):
        bits = logits[r].view(np.int32)
        held, least = 0, _LOWEST
        for start in range(0, size, _BLOCK):
            end = min(start + _BLOCK, size)
            if held == k and _highest(bits[start:end]) <= least:
                continue
            for column in range(start, end):
                if held < k or _in_order(bits[column]) > least:
                    held = min(held + 1, k)
                    _insert(values[r], columns[r], held, logits[r, column], column)
                    least = _in_order(values[r].view(np.int32)[held - 1])


@shared
def _to_log_softmax(logits: Any, values: Any) -> None:
    for r in prange(logits.shape[0]):
        largest, total = values[r, 0], _ZERO
        for column in range(logits.shape[1]):
            total += exp(logits[r, column] - largest)
        logarithm = np.float32(math.log(total))
        for place in range(values.shape[1]):
            values[r, place] = values[r, place] - largest - logarithm


@function
def _highest(bits: Any) -> Any:
    found = _LOWEST
    for column in range(bits.shape[0]):
        found = max(found, _in_order(bits[column]))
    return found


@function
def _in_order(bits: Any) -> Any:
    """Return a whole number that is the larger, the larger the number with these `bits`: many compare at a time."""
    return np.int32(bits ^ ((bits >> _SIGN) & _WITHOUT_SIGN))


@function
def _insert(values: Any, columns: Any, held: Any, value: Any, column: Any) -> None:
    """Put `value` among the first `held` of `values`, the last of which gives way."""
    place = held - 1
    while place > 0 and values[place - 1] < value:
        values[place], columns[place] = values[place - 1], columns[place - 1]
        place -= 1
    values[place], columns[place] = value, column
