"""Interpolated modified Kneser-Ney probabilities as sorted arrays (Chen & Goodman 1998, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Level:
    """The n-grams of one order, as children of the contexts that are one shorter.

    N-gram r of a level is context r of the next; a context of the first level that has contexts is
    a token. Context c has the children `[offsets[c], offsets[c + 1])`, sorted by token. `shares` (M,)
    are discounted probabilities, `rests` (contexts,) the mass that is left for the shorter context.
    """

    offsets: NDArray[np.int64]
    tokens: NDArray[np.int32]
    shares: NDArray[np.float32]
    rests: NDArray[np.float32]

    def find(self, contexts: NDArray[np.int64], tokens: NDArray[np.int64], vocab_size: int) -> NDArray[np.int64]:
        """Return the n-grams `tokens` (N,) after `contexts` (N,), -1 where there is none."""
        owners = np.repeat(np.arange(len(self.rests)), np.diff(self.offsets))
        keys = owners * vocab_size + self.tokens
        wanted = contexts * vocab_size + tokens
        places = np.searchsorted(keys, wanted)
        places[places == len(keys)] = -1
        found = (contexts >= 0) & (places >= 0) if len(keys) else np.zeros(len(wanted), dtype=bool)
        found[found] = keys[places[found]] == wanted[found]
        return np.where(found, places, -1)


@dataclass(frozen=True, slots=True)
class KneserNey:
    """An n-gram model: `unigram` (V,) float32 probabilities, and a `Level` per order from two up."""

    unigram: NDArray[np.float32]
    levels: tuple[Level, ...]

    @property
    def order(self) -> int:
        """Length of the longest n-grams."""
        return len(self.levels) + 1

    def distribution(self, context: Sequence[int]) -> NDArray[np.float32]:
        """Return the probability of every token (V,) after the ids `context`, of which the last few count."""
        probabilities = self.unigram.copy()
        for length, level in enumerate(self.levels, start=1):
            node = self._node(context[-length:]) if length <= len(context) else -1
            if node < 0:
                break  # what was not seen after a short context was not seen after a longer one
            start, end = level.offsets[node : node + 2]
            if start < end:
                probabilities *= level.rests[node]
                probabilities[level.tokens[start:end]] += level.shares[start:end]
        return probabilities

    def nats(self, ids: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the surprise in nats (N - 1,) of every id of `ids` (N,) but the first, given those before it."""
        probabilities = self.unigram[ids].astype(np.float64)
        grams = ids
        for level in self.levels:
            contexts = np.concatenate([[-1], grams[:-1]])
            grams = level.find(contexts, ids, len(self.unigram))
            known = contexts >= 0
            probabilities[known] *= level.rests[contexts[known]]
            probabilities[grams >= 0] += level.shares[grams[grams >= 0]]
        return -np.log(probabilities[1:])

    def _node(self, context: Sequence[int]) -> int:
        """Return the context of the ids `context`, which are one or more, or -1."""
        node = context[0]
        for level, token in zip(self.levels, context[1:], strict=False):
            start, end = level.offsets[node : node + 2]
            node = int(start + np.searchsorted(level.tokens[start:end], token))
            if node == end or level.tokens[node] != token:
                return -1
        return node
