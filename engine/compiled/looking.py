"""Attention over positions that lie in any rows of a memory: hypotheses share what they have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from engine.compiled.arithmetic import exp, function, shared

_TOGETHER = 4  # rows after each other that look at much the same: their head's memory stays in the cache meanwhile
_ZERO, _ONE, _LOWEST = np.float32(0.0), np.float32(1.0), np.float32(-1e30)


@shared
def look(queries: Any, memory: Any, places: Any, ends: Any, scores: Any, seen: Any) -> None:
    """Let the queries of R tokens look at the first `ends` (R,) positions of their rows: `seen` (R, Q, W).

    Queries are the first Q heads of `queries` (R, heads, W); position p of row b of the text lies in row `places[b, p]`
    of `memory` (rows, 2 Q, capacity, W), which holds keys, then values. R / B tokens after each other are of one row.
    """
    rows, heads = seen.shape[:2]
    count = rows // places.shape[0]
    for job in prange((rows + _TOGETHER - 1) // _TOGETHER * heads):
        first, head = job // heads * _TOGETHER, job % heads
        for r in range(first, min(first + _TOGETHER, rows)):
            own = places[r // count]
            _weigh(queries[r, head], memory, head, own, ends[r], scores[r, head])
            _gather(memory, heads + head, own, ends[r], scores[r, head], seen[r, head])


@function
def _weigh(query: Any, memory: Any, head: Any, places: Any, end: Any, shares: Any) -> None:
    """Write how much the query (W,) looks at each position, in all 1, into `shares`."""
    width = query.shape[0]
    scale, largest, whole = _ONE / np.sqrt(np.float32(width)), _LOWEST, _ZERO
    for position in range(end):
        row, score = places[position], _ZERO
        for w in range(width):
            score += query[w] * memory[row, head, position, w]
        shares[position] = score * scale
        largest = max(largest, shares[position])
    for position in range(end):
        shares[position] = exp(shares[position] - largest)
        whole += shares[position]
    factor = _ONE / whole
    for position in range(end):
        shares[position] *= factor


@function
def _gather(memory: Any, head: Any, places: Any, end: Any, shares: Any, seen: Any) -> None:
    """Write the sum of what a head of the memory holds at the positions, times `shares`, into `seen` (W,)."""
    seen[:] = _ZERO
    for position in range(end):
        row, share = places[position], shares[position]
        for w in range(seen.shape[0]):
            seen[w] += share * memory[row, head, position, w]
