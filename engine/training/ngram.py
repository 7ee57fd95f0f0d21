"""Train n-gram models: count, smooth, save."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from engine.card import ModelCard
from engine.checkpoint import END_ID, save_tensors
from engine.models.kneser_ney import KneserNey
from engine.models.ngram import to_tensors
from engine.models.ngram_counts import ORDER, count_ngrams


def train_ngram(documents: Iterable[Sequence[int]], vocab_size: int, order: int = ORDER) -> KneserNey:
    """Return the Kneser-Ney model of `documents`, which are ids with or without the id that ends a text."""
    return count_ngrams(joined(documents), vocab_size, END_ID, order)


def held_out_nats(model: KneserNey, documents: Iterable[Sequence[int]]) -> tuple[float, int]:
    """Return the nats that `model` spends on `documents`, the ends of texts included, and the ids it predicts."""
    nats = model.nats(joined(documents))
    return float(nats.sum()), len(nats)


def joined(documents: Iterable[Sequence[int]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return all ids (N,) with just one end id before, between and after the documents."""
    parts = [np.array([END_ID], dtype=np.int64)]
    for document in documents:
        ids = np.asarray(document, dtype=np.int64)
        body = ids[:-1] if len(ids) and ids[-1] == END_ID else ids
        parts += [body, parts[0]]
    return np.concatenate(parts)


def save_ngram(folder: Path, model: KneserNey, tokenizer: Tokenizer, card: ModelCard) -> None:
    """Write `model` as a directory of the one checkpoint format."""
    config, tensors = to_tensors(model)
    save_tensors(folder, config, tensors, tokenizer, card)


def keep_ngrams(folder: Path, texts: Iterable[str]) -> None:
    """Put the n-grams of `texts` beside the model in `folder`, in its own tokens, for instant completion."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    documents = (tokenizer.encode(text, add_special_tokens=False).ids for text in texts)
    card = ModelCard("N-grams of the texts that the model was trained on", ("write",))
    save_ngram(folder / "ngram", train_ngram(documents, tokenizer.get_vocab_size()), tokenizer, card)
