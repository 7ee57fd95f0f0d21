"""Turn examples into batches: length-bucketed pairs or sentences, packed windows, or streams side by side.

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
from engine.training.recipe import BatchSettings, Recipe


@dataclass(frozen=True, slots=True)
class Batch:
    """`source` (B, S) and `source_mask` are None for plain text.

    `inputs` and `targets` (B, T): the decoder reads the one and is to say the other;
    `target_mask` (B, T) bool is False on padding. `continues` says that each row goes on where the
    same row of the batch before it ended, within an epoch.
    """

    inputs: Tensor
    targets: Tensor
    target_mask: Tensor
    source: Tensor | None = None
    source_mask: Tensor | None = None
    continues: bool = False

    def to(self, device: torch.device) -> Batch:
        """Return the batch on `device`."""
        return Batch(
            self.inputs.to(device),
            self.targets.to(device),
            self.target_mask.to(device),
            None if self.source is None else self.source.to(device),
            None if self.source_mask is None else self.source_mask.to(device),
            self.continues,
        )


class Batches(Protocol):
    """Epochs of batches that depend on nothing but the seed."""

    def epoch(self, number: int) -> list[NDArray[np.int64]]:
        """Return the epoch's batches as plans, which `batch` turns into tensors."""
        ...

    def batch(self, plan: NDArray[np.int64]) -> Batch:
        """Return the tensors of one plan."""
        ...


def make_batches(examples: Examples, recipe: Recipe) -> Batches:
    """Return the batches that the recipe's family learns from."""
    if examples.source is not None or recipe.model.family == "vae":
        return PairBatches(examples, recipe.batch, recipe.seed)
    if recipe.batch.streams:
        return StreamBatches(examples, recipe.batch, recipe.seed)
    return WindowBatches(examples, recipe.batch, recipe.model.context, recipe.seed)


class PairBatches:
    """Batches of pairs, or of sentences alone, of similar length; a plan is the indices of its examples."""

    def __init__(self, examples: Examples, settings: BatchSettings, seed: int) -> None:
        self._source = examples.source
        self._widths = examples.target.lengths if examples.source is None else examples.source.lengths
        self._target = examples.target
        self._weights = examples.weights
        self._settings = settings
        self._seed = seed

    def epoch(self, number: int) -> list[NDArray[np.int64]]:
        """Draw the epoch's examples by weight, sort them by length, cut, and shuffle the batches."""
        rng = np.random.default_rng((self._seed, number))
        indices = _drawn(self._weights, rng)
        # By target length, then source length; equal ones stay in their random order.
        order = indices[np.lexsort((self._widths[indices], self._target.lengths[indices]))]
        plans = list(self._cut(order))
        return [plans[position] for position in rng.permutation(len(plans))]

    def _cut(self, order: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        start, widest_source, widest_target = 0, 0, 0
        for end, index in enumerate(order):
            widest_source = max(widest_source, int(self._widths[index]))
            widest_target = max(widest_target, int(self._target.lengths[index]))
            if (end - start + 1) * max(widest_source, widest_target) > self._settings.tokens and end > start:
                yield order[start:end]
                start = end
                widest_source, widest_target = int(self._widths[index]), int(self._target.lengths[index])
        if start < len(order):
            yield order[start:]

    def batch(self, plan: NDArray[np.int64]) -> Batch:
        """Pad the plan's examples on the right; the decoder's input begins with the padding id, as Marian's does."""
        targets = _pad(self._target, plan)
        inputs = torch.nn.functional.pad(targets[:, :-1], (1, 0), value=PAD_ID)
        if self._source is None:
            return Batch(inputs, targets, targets != PAD_ID)
        source = _pad(self._source, plan)
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
        stream = np.concatenate([self._documents[index] for index in _drawn(self._weights, rng)])
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


class StreamBatches:
    """Streams read side by side, a stretch of each per batch; a plan is the number of the stretch.

    What does not fill a stretch of every stream is left out, as Zaremba et al. 2014 do.
    """

    def __init__(self, examples: Examples, settings: BatchSettings, seed: int) -> None:
        self._documents = examples.target
        self._weights = examples.weights
        self._settings = settings
        self._seed = seed
        self._streams: NDArray[np.int32] | None = None

    def epoch(self, number: int) -> list[NDArray[np.int64]]:
        """Join documents into one text and cut it into streams of equal length: fewer where it is short."""
        rng = np.random.default_rng((self._seed, number))
        order = _drawn(self._weights, rng) if self._settings.shuffle else np.arange(len(self._documents))
        text = np.concatenate([self._documents[int(index)] for index in order])
        rows = max(1, min(self._settings.streams, len(text) // (self._settings.bptt + 1)))
        length = len(text) // rows
        self._streams = text[: rows * length].reshape(rows, length)
        stretches = max(1, (length - 1) // self._settings.bptt)
        return [np.array([stretch]) for stretch in range(stretches)]

    def batch(self, plan: NDArray[np.int64]) -> Batch:
        """Return the plan's stretch of every stream; targets are the inputs one token on."""
        if self._streams is None:
            raise ValueError("ask for an epoch before its batches")
        start = int(plan[0]) * self._settings.bptt
        ids = torch.from_numpy(self._streams[:, start : start + self._settings.bptt + 1].astype(np.int64))
        targets = ids[:, 1:]
        return Batch(ids[:, :-1], targets, torch.ones_like(targets, dtype=torch.bool), continues=True)


def _drawn(weights: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the indices of an epoch's examples in random order, each as often as its weight says."""
    copies = np.floor(weights + rng.random(len(weights))).astype(np.int64)
    return rng.permutation(np.repeat(np.arange(len(copies)), copies))


def _pad(ragged: Ragged, plan: NDArray[np.int64]) -> Tensor:
    lengths = ragged.lengths[plan, None]
    places = np.arange(lengths.max())
    taken = np.minimum(ragged.offsets[plan, None] + places, len(ragged.ids) - 1)
    return torch.from_numpy(np.where(places < lengths, ragged.ids[taken], PAD_ID).astype(np.int64))
