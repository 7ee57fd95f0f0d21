"""Whether two models have the same vocabulary, told from their files. Torch-free."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from engine.json_files import read_object

_MOST = 100_000_000  # bytes of a tokenizer; those in use have up to 40 million
_NEAR = 0.1  # share by which the files of one vocabulary may differ in size


def same_vocabulary(one: Path, other: Path) -> bool:
    """Tell whether the models in two folders number the same tokens alike, added ones aside.

    False where a file says nothing of it, as those of llama.cpp, which are no folders.
    """
    paths = [folder / "tokenizer.json" for folder in (one, other)]
    try:
        sizes = [path.stat().st_size for path in paths]
        if abs(sizes[0] - sizes[1]) > _NEAR * max(sizes):
            return False
        first, second = (_tokens(path, path.stat().st_mtime_ns) for path in paths)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return first == second


@lru_cache(maxsize=32)
def _tokens(path: Path, _changed: int) -> int:
    """Return a number for the tokens of a tokenizer and their ids; the time of its last change is part of the key."""
    vocabulary = read_object(path, _MOST)["model"]["vocab"]
    if isinstance(vocabulary, dict):
        return hash(frozenset(vocabulary.items()))
    return hash(tuple(piece for piece, _ in vocabulary))  # of a unigram model: pieces and their scores
