"""Find texts that are there twice, or nearly: by MinHash of their shingles (Broder 1997), or exactly. Torch-free."""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.events import Progress

THRESHOLD = 0.85  # share of shingles in common from which two texts count as one

_WORD = re.compile(r"\w+")
_HASHES, _BANDS = 128, 16  # 16 bands of 8: a pair at the threshold meets in one of them 99 times in 100
_PRIME = np.uint64((1 << 31) - 1)
_SHORT = 600  # characters; shorter texts are compared by characters, longer ones by words
_PROGRESS_EVERY = 500

Signature = NDArray[np.uint64]


def find_duplicates(texts: Sequence[str]) -> Generator[Progress, None, set[int]]:
    """Return the indices of texts to leave out: those equal or nearly equal to an earlier one.

    Case, punctuation and spacing do not count; a text without any word counts as a duplicate. Which of several is
    kept follows from their order alone.
    """
    left_out: set[int] = set()
    seen: dict[str, int] = {}
    kept: dict[int, Signature] = {}
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        if index % _PROGRESS_EVERY == 0:
            yield Progress(index, len(texts), "texts", "looking for duplicates")
        words = _words(text)
        if not words or seen.setdefault(words, index) != index:
            left_out.add(index)
            continue
        signature = _signature(words)
        bands = [(number, part.tobytes()) for number, part in enumerate(np.split(signature, _BANDS))]
        rivals = {rival for band in bands for rival in buckets.get(band, ())}
        if any(np.mean(kept[rival] == signature) >= THRESHOLD for rival in rivals):
            left_out.add(index)
            continue
        kept[index] = signature
        for band in bands:
            buckets[band].append(index)
    return left_out


class NearDuplicates:
    """Tell which texts are equal, or nearly, to one of `texts`: `text in near_duplicates`.

    Case, punctuation and spacing do not count. Exact, by prefix filtering (Bayardo, Ma and Srikant 2007): two sets
    with a share of THRESHOLD in common have one in common among the few of each that are rarest in `texts`.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._sets = [_hashes(words) for words in {_words(text) for text in texts} - {""}]
        counts = Counter(shingle for shingles in self._sets for shingle in shingles)
        order = sorted(counts, key=lambda shingle: (counts[shingle], shingle))
        self._rank = {shingle: rank for rank, shingle in enumerate(order)}  # the rarest is 0
        self._by_rank: dict[int, list[int]] = defaultdict(list)
        for index, shingles in enumerate(self._sets):
            for rank in self._rarest(shingles):
                self._by_rank[rank].append(index)

    def __contains__(self, text: str) -> bool:
        """Tell whether `text` has words, and is equal or nearly equal to a known one."""
        words = _words(text)
        if not words:
            return False
        shingles = _hashes(words)
        rivals = {rival for rank in self._rarest(shingles) for rival in self._by_rank.get(rank, ())}
        return any(_alike(shingles, self._sets[rival]) for rival in rivals)

    def _rarest(self, shingles: frozenset[int]) -> list[int]:
        """Return the ranks of those known of the few rarest: most texts have enough unknown ones, and are done with."""
        known = [self._rank[shingle] for shingle in shingles if shingle in self._rank]
        count = len(known) - math.ceil(THRESHOLD * len(shingles)) + 1
        return sorted(known)[:count] if count > 0 else []


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _hashes(words: str) -> frozenset[int]:
    return frozenset(map(zlib.crc32, _shingles(words)))


def _alike(first: frozenset[int], second: frozenset[int]) -> bool:
    shared = len(first & second)
    return shared >= THRESHOLD * (len(first) + len(second) - shared)


def _signature(words: str) -> Signature:
    """Return the least hash of the shingles under each of the hash functions, (_HASHES,)."""
    shingles = np.fromiter({zlib.crc32(shingle) for shingle in _shingles(words)}, dtype=np.uint64) % _PRIME
    least = np.full(_HASHES, _PRIME, dtype=np.uint64)
    for part in np.array_split(shingles, max(1, len(shingles) // 4096)):  # bounds the memory that a long text takes
        least = np.minimum(least, ((part[:, None] * _FACTORS + _OFFSETS) % _PRIME).min(axis=0))
    return least


def _shingles(words: str) -> set[bytes]:
    if len(words) < _SHORT:
        return {words[start : start + 5].encode() for start in range(max(1, len(words) - 4))}
    parts = words.encode().split(b" ")
    return {b" ".join(parts[start : start + 4]) for start in range(max(1, len(parts) - 3))}


_rng = np.random.default_rng(1997)
_FACTORS = _rng.integers(1, int(_PRIME), _HASHES, dtype=np.uint64)
_OFFSETS = _rng.integers(0, int(_PRIME), _HASHES, dtype=np.uint64)
