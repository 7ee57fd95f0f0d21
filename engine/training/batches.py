"""Turn examples into batches: length-bucketed pairs, or packed windows of documents.

Batches of an epoch follow from the seed and the epoch's number alone, so that a run can be
resumed at any batch, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.checkpoint import PAD_ID
from engine.training.corpus import Examples, Ragged
from engine.training.recipe import BatchSettings


@dataclass(frozen=True, slots=True)
class Batch:
    """`source` (B, S) and `source_mask` are None for plain text.

    `inputs` and `targets` (B, T): the decoder reads the one and is to say the other;
    `target_mask` (B, T) bool is False on padding.
    """

    inputs: Tensor
    targets: Tensor
    target_mask: Tensor
    source: Tensor | None = None
    source_mask: Tensor | None = None

    def to(self, device: torch.device) -> Batch:
        """Return the batch on `device`."""
        return Batch(
            self.inputs.to(device),
            self.targets.to(device),
            self.target_mask.to(device),
            None if self.source is None else self.source.to(device),
            None if self.source_mask is None else self.source_mask.to(device),
        )


class Batches(Protocol):
    """Epochs of batches that depend on nothing but the seed."""

    def epoch(self, number: int) -> list[NDArray[np.int64]]:
        """Return the epoch's batches as plans, which `batch` turns into tensors."""
        ...

    def batch(self, plan: NDArray[np.int64]) -> Batch:
        """Return the tensors of one plan."""
        ...


class PairBatches:
    """Batches of pairs of similar length; a plan is the indices of its examples."""

    def __init__(self, examples: Examples, settings: BatchSettings, seed: int) -> None:
        if examples.source is None:
            raise ValueError("pairs need a source side")
        self._source = examples.source
        self._target = examples.target
        self._weights = examples.weights
        self._settings = settings
        self._seed = seed

    def epoch(self, number: int) -> list[NDArray[np.int64]]:
        """Draw the epoch's examples by weight, sort them by length, cut, and shuffle the batches."""
        rng = np.random.default_rng((self._seed, number))
        copies = np.floor(self._weights + rng.random(len(self._weights))).astype(np.int64)
        indices = rng.permutation(np.repeat(np.arange(len(copies)), copies))
        # By target length, then source length; equal ones stay in their random order.
        order = indices[np.lexsort((self._source.lengths[indices], self._target.lengths[indices]))]
        plans = list(self._cut(order))
        return [plans[position] for position in rng.permutation(len(plans))]

    def _cut(self, order: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        start, widest_source, widest_target = 0, 0, 0
        for end, index in enumerate(order):
            widest_source = max(widest_source, int(self._source.lengths[index]))
            widest_target = max(widest_target, int(self._target.lengths[index]))
            if (end - start + 1) * max(widest_source, widest_target) > self._settings.tokens and end > start:
                yield order[start:end]
                start = end
                widest_source, widest_target = int(self._source.lengths[index]), int(self._target.lengths[index])
        if start < len(order):
            yield order[start:]

    def batch(self, plan: NDArray[np.int64]) -> Batch:
        """Pad the plan's examples on the right; the decoder's input begins with the padding id, as Marian's does."""
        source = _pad(self._source, plan)
        targets = _pad(self._target, plan)
        inputs = torch.nn.functional.pad(targets[:, :-1], (1, 0), value=PAD_ID)
        return Batch(inputs, targets, targets != PAD_ID, source, source != PAD_ID)


class WindowBatches:
    """Windows of a stream of shuffled documents; a plan is the documents' order and a range of windows."""

    def __init__(self, examples: Examples, settings: BatchSettings, context: int, seed: int) -> None:
        self._documents = examples.target
        self._weights = examples.weights
        self._rows = max(1, settings.tokens // context)
        self._context = context
        self._seed = seed
        self._stream: tuple[int, NDArray[np.int32]] | None = None

    def epoch(self, number: int) -> list[NDArray[np.int64]]:
        """Shuffle documents into one stream and its windows into batches."""
        rng = np.random.default_rng((self._seed, number))
        copies = np.floor(self._weights + rng.random(len(self._weights))).astype(np.int64)
        order = rng.permutation(np.repeat(np.arange(len(copies)), copies))
        stream = np.concatenate([self._documents[index] for index in order])
        offset = int(rng.integers(0, max(1, min(self._context, len(stream) - self._context - 1))))
        stream = stream[offset:]
        self._stream = (number, stream)
        windows = rng.permutation(max(1, (len(stream) - 1) // self._context))
        return [np.sort(windows[start : start + self._rows]) for start in range(0, len(windows), self._rows)]

    def batch(self, plan: NDArray[np.int64]) -> Batch:
        """Return the plan's windows; targets are the inputs one token on."""
        if self._stream is None:
            raise ValueError("ask for an epoch before its batches")
        stream = self._stream[1]
        windows = [stream[index * self._context : (index + 1) * self._context + 1] for index in plan]
        shortest = min(len(window) for window in windows)
        ids = torch.from_numpy(np.stack([window[:shortest] for window in windows]).astype(np.int64))
        targets = ids[:, 1:]
        return Batch(ids[:, :-1], targets, torch.ones_like(targets, dtype=torch.bool))


def _pad(ragged: Ragged, plan: NDArray[np.int64]) -> Tensor:
    width = int(ragged.lengths[plan].max())
    padded = np.full((len(plan), width), PAD_ID, dtype=np.int64)
    for row, index in enumerate(plan):
        padded[row, : ragged.lengths[index]] = ragged[index]
    return torch.from_numpy(padded)
