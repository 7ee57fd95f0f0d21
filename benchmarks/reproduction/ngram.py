"""The baseline that every language model must beat: interpolated Kneser-Ney 5-grams on the Penn Treebank."""

from __future__ import annotations

import lzma
import math
import time
from collections.abc import Generator
from pathlib import Path

import numpy as np

from benchmarks.reproduction.row import Outcome, Row
from engine.models.kneser_ney import KneserNey
from engine.training.ngram import held_out_nats, train_ngram

_ORDERS = range(2, 7)


def read_lines(data: Path, part: str) -> list[list[str]]:
    """Return the words of every line of a part ("train", "valid", "test") of the Penn Treebank."""
    with lzma.open(data / "ptb" / f"ptb.{part}.txt.xz", "rt", encoding="utf-8") as lines:
        return [line.split() for line in lines]


def _ngram(data: Path, work: Path) -> Generator[str, None, Outcome]:  # noqa: ARG001 - it keeps nothing
    words = {part: read_lines(data, part) for part in ("train", "valid", "test")}
    types = sorted({word for line in words["train"] for word in line})
    number = {word: place for place, word in enumerate(types, start=2)}  # after padding and the end of a line
    ids = {part: [[number[word] for word in line] for line in lines] for part, lines in words.items()}
    perplexity = {}
    for order in _ORDERS:
        began = time.monotonic()
        model = train_ngram(ids["train"], len(types) + 2, order)
        counted = time.monotonic() - began
        for part in ("valid", "test"):
            nats, tokens = held_out_nats(model, ids[part])
            perplexity[order, part] = math.exp(nats / tokens)
        yield (
            f"order {order}  valid {perplexity[order, 'valid']:.2f}  test {perplexity[order, 'test']:.2f}  "
            f"counted in {counted:.1f} s, {sum(len(level.tokens) for level in model.levels):,} n-grams"
        )
        if order == 5:
            milliseconds = _milliseconds(model, np.concatenate([np.array(line) for line in ids["test"] if line]))
    figure = perplexity[5, "test"]
    notes = f"valid {perplexity[5, 'valid']:.2f}; a full distribution over the 10,000 types takes {milliseconds:.2f} ms"
    return Outcome(f"test perplexity {figure:.2f}", figure <= 149, notes)


def _milliseconds(model: KneserNey, ids: np.ndarray) -> float:
    began = time.perf_counter()
    for place in range(1000, 2000):
        model.distribution(ids[place - 4 : place].tolist())
    return time.perf_counter() - began  # seconds for a thousand


ROWS = (
    Row(
        "ngram",
        "n-gram, interpolated Kneser-Ney 5, Penn Treebank words, 10k types",
        "test 141.2 (KN5, Mikolov et al. 2011)",
        "test perplexity ≤ 149; the baseline of all below",
        _ngram,
    ),
)
