"""What a writer's texts give away to a table of counts: the Kneser-Ney baseline of everything that continues texts."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engine.checkpoint import END_ID
from engine.models.kneser_ney import KneserNey
from engine.models.ngram_counts import ORDER, count_ngrams
from engine.training.recipe import TokenizerSettings
from engine.training.tokenizers import train_tokenizer

_VOCABULARIES = (1000, 4000)  # few pieces suit short texts, many long ones
_MOST = 20_000_000  # characters counted


def ngram_bits_per_byte(learnt: list[str], watched: list[str], held_out: list[str]) -> float:
    """Return the bits per byte of `held_out` under a 5-gram model of `learnt` and `watched`.

    Its vocabulary is the one that predicts `watched` best from `learnt` alone, so that the baseline is a strong one.
    """
    tokenizers = [_tokenizer(learnt, size) for size in _VOCABULARIES]
    tuned = [_bits_per_byte(_count(tokenizer, learnt), tokenizer, watched) for tokenizer in tokenizers]
    best = tokenizers[int(np.argmin(tuned))]
    return _bits_per_byte(_count(best, [*learnt, *watched]), best, held_out)


def _tokenizer(texts: list[str], size: int) -> Tokenizer:
    return train_tokenizer(_limited(texts), TokenizerSettings("byte-level", size))


def _count(tokenizer: Tokenizer, texts: list[str]) -> KneserNey:
    ids = np.concatenate([[END_ID], *(_encode(tokenizer, text) for text in _limited(texts))])
    return count_ngrams(ids, tokenizer.get_vocab_size(), END_ID, ORDER)


def _bits_per_byte(model: KneserNey, tokenizer: Tokenizer, texts: list[str]) -> float:
    nats = sum(model.nats(np.concatenate([[END_ID], _encode(tokenizer, text)])).sum() for text in texts)
    return float(nats) / math.log(2) / max(1, sum(len(text.encode()) for text in texts))


def _encode(tokenizer: Tokenizer, text: str) -> NDArray[np.int64]:
    return np.array([*tokenizer.encode(text).ids, END_ID], dtype=np.int64)


def _limited(texts: list[str]) -> Iterator[str]:
    room = _MOST
    for text in texts:
        if room > 0:
            yield text[:room]
        room -= len(text)
