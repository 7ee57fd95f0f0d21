"""Count n-grams and smooth them: interpolated Kneser-Ney with modified discounts (Chen & Goodman 1998, section 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.models.kneser_ney import KneserNey, Level

ORDER = 5
_FALLBACK = (0.5, 1.0, 1.5)  # discounts where there is too little text to estimate them


@dataclass(frozen=True, slots=True)
class _Grams:
    """The distinct n-grams of one order, sorted: context, last token, occurrences, and the n-gram without its first.

    These are (M,) each; `ranks` (N,) is the n-gram that ends at each place of the text, -1 where there is none.
    """

    contexts: NDArray[np.int64]
    tokens: NDArray[np.int64]
    counts: NDArray[np.int64]
    suffixes: NDArray[np.int64]
    ranks: NDArray[np.int64]


def count_ngrams(ids: NDArray[np.int64], vocab_size: int, end_id: int, order: int = ORDER) -> KneserNey:
    """Return the model of the text `ids` (N,) over ids below `vocab_size`.

    `end_id` ends a text and begins the next: no n-gram reaches across it. Raises ValueError for
    ids outside the vocabulary or an order below 2.
    """
    if order < 2:
        raise ValueError(f"an n-gram model needs an order of 2 or more, not {order}")
    if ids.size and not 0 <= ids.min() <= ids.max() < vocab_size:
        raise ValueError(f"ids in [{ids.min()}, {ids.max()}] do not fit a vocabulary of {vocab_size}")
    grams = _all_grams(ids, vocab_size, end_id, order)
    unigrams = np.bincount(ids, minlength=vocab_size)
    counts = [unigrams, *(each.counts for each in grams)]
    # Lower orders count in how many contexts a gram occurs; one that nothing can precede counts as often as it occurs.
    for place, longer in enumerate(grams):
        preceding = np.bincount(longer.suffixes, minlength=len(counts[place]))
        counts[place] = np.where(preceding > 0, preceding, counts[place])
    levels = []
    contexts = vocab_size
    for each, smoothed in zip(grams, counts[1:], strict=True):
        levels.append(_level(each, smoothed, contexts))
        contexts = len(each.tokens)
    return KneserNey(_unigram(counts[0]), tuple(levels))


def _all_grams(ids: NDArray[np.int64], vocab_size: int, end_id: int, order: int) -> list[_Grams]:
    ranks = ids
    inner = np.zeros(len(ids), dtype=bool)  # places whose id may not be inside an n-gram
    found = []
    for _ in range(2, order + 1):
        contexts = np.where(np.append(False, inner)[:-1], -1, np.append(-1, ranks)[:-1])
        found.append(_distinct(contexts, ids, ranks, vocab_size))
        ranks, inner = found[-1].ranks, ids == end_id
    return found


def _distinct(
    contexts: NDArray[np.int64], ids: NDArray[np.int64], suffixes: NDArray[np.int64], vocab_size: int
) -> _Grams:
    places = np.flatnonzero(contexts >= 0)
    keys = contexts[places] * vocab_size + ids[places]
    distinct, first, inverse, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    ranks = np.full(len(ids), -1, dtype=np.int64)
    ranks[places] = inverse
    return _Grams(distinct // vocab_size, distinct % vocab_size, counts, suffixes[places[first]], ranks)


def _level(grams: _Grams, counts: NDArray[np.int64], contexts: int) -> Level:
    discounts = _discounts(counts)
    taken = discounts[np.minimum(counts, 3)]
    totals = np.bincount(grams.contexts, weights=counts, minlength=contexts)
    left = np.bincount(grams.contexts, weights=taken, minlength=contexts)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(grams.contexts, minlength=contexts))])
    rests = np.divide(left, totals, out=np.ones(contexts), where=totals > 0)
    shares = (counts - taken) / totals[grams.contexts]
    return Level(offsets, grams.tokens.astype(np.int32), shares.astype(np.float32), rests.astype(np.float32))


def _unigram(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    total = counts.sum()
    if not total:
        return np.full(len(counts), 1 / len(counts), dtype=np.float32)
    taken = _discounts(counts)[np.minimum(counts, 3)]
    return ((counts - taken + taken.sum() / len(counts)) / total).astype(np.float32)


def _discounts(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what is taken from counts of 0, 1, 2 and 3 or more (equation 17 of the paper)."""
    once, twice, thrice, often = np.bincount(np.minimum(counts, 5), minlength=6)[1:5].astype(float)
    if not (once and twice and thrice and often):
        return np.array((0.0, *_FALLBACK))
    share = once / (once + 2 * twice)
    estimates = (1 - 2 * share * twice / once, 2 - 3 * share * thrice / twice, 3 - 4 * share * often / thrice)
    return np.array([0.0, *(max(0.1, estimate) for estimate in estimates)])
