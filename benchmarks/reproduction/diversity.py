"""BLEU against many references and among a model's own texts, as Texygen (Zhu et al. 2018) computes them.

Both are means over sentences of BLEU with smoothing 1 of Chen and Cherry 2014, and equal NLTK's.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

Words = Sequence[str]
SIZES = (2, 3, 4, 5)
_EPSILON = 0.1  # stands for no match at all


class References:
    """Hold each n-gram's two highest counts, and in which text the highest is, so that one text can be left out."""

    def __init__(self, texts: Sequence[Words], longest: int) -> None:
        self._lengths = Counter(len(text) for text in texts)
        self._texts = texts
        self._counts: dict[Words, tuple[int, int, int]] = {}
        for owner, text in enumerate(texts):
            for size in range(1, longest + 1):
                for ngram, count in ngrams(text, size).items():
                    self._note(ngram, count, owner)

    def _note(self, ngram: Words, count: int, owner: int) -> None:
        first, second, best = self._counts.get(ngram, (0, 0, -1))
        if count > first:
            self._counts[ngram] = (count, first, owner)
        elif count > second:
            self._counts[ngram] = (first, count, best)

    def most(self, ngram: Words, without: int) -> int:
        """Return the highest count of `ngram` in any text but number `without`."""
        first, second, best = self._counts.get(ngram, (0, 0, -1))
        return second if best == without else first

    def nearest_length(self, length: int, without: int) -> int:
        """Return the length nearest to `length`, the shorter of two, of any text but number `without`."""
        alone = without >= 0 and self._lengths[length] == 1 and len(self._texts[without]) == length
        others = (each for each in self._lengths if not (alone and each == length))
        return min(others, key=lambda each: (abs(each - length), each))


def ngrams(text: Words, size: int) -> Counter[Words]:
    """Return how often each n-gram of `size` words occurs in `text`."""
    return Counter(tuple(text[place : place + size]) for place in range(len(text) - size + 1))


def bleu(texts: Sequence[Words], references: Sequence[Words], sizes: Sequence[int] = SIZES) -> list[float]:
    """Return the mean BLEU of `texts`, each against all `references`, for every size."""
    known = References(references, max(sizes))
    return _means([_sentence(text, known, sizes, -1) for text in texts])


def self_bleu(texts: Sequence[Words], sizes: Sequence[int] = SIZES) -> list[float]:
    """Return the mean BLEU of `texts`, each against all others, for every size: low is diverse."""
    known = References(texts, max(sizes))
    return _means([_sentence(text, known, sizes, number) for number, text in enumerate(texts)])


def _means(scores: list[list[float]]) -> list[float]:
    return [sum(column) / len(scores) for column in zip(*scores, strict=True)]


def _sentence(text: Words, known: References, sizes: Sequence[int], without: int) -> list[float]:
    precisions = []
    for each in range(1, max(sizes) + 1):
        counts = ngrams(text, each)
        matches = sum(min(count, known.most(ngram, without)) for ngram, count in counts.items())
        if each == 1 and not matches:
            return [0.0] * len(sizes)
        precisions.append(math.log((matches or _EPSILON) / max(1, sum(counts.values()))))
    brevity = min(0.0, 1 - known.nearest_length(len(text), without) / len(text))
    return [math.exp(sum(precisions[:size]) / size + brevity) for size in sizes]
