"""N-gram language models behind the contract of all decoders: instant, and good where a text repeats itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.checkpoint import END_ID, PAD_ID, load_tensors
from engine.device import Device
from engine.errors import ModelError
from engine.models.base import DecoderState
from engine.models.kneser_ney import KneserNey, Level

MODEL_TYPE = "penwright-ngram"
_PADDING = -1
_UNBOUNDED = 1_000_000  # ids; only the last few count


class NgramState:
    """The ids that each row has read; padding is -1."""

    def __init__(self, rows: int) -> None:
        self.rows: list[list[int]] = [[] for _ in range(rows)]

    @property
    def length(self) -> int:
        """Number of ids held, padding included."""
        return len(self.rows[0])

    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order."""
        self.rows = [list(self.rows[row]) for row in rows.tolist()]

    def rewind(self, count: int) -> None:
        """Forget the last `count` ids of every row. Raises ValueError when there are fewer."""
        if not 0 <= count <= self.length:
            raise ValueError(f"cannot rewind {count} of {self.length} positions")
        self.rows = [row[: len(row) - count] for row in self.rows]


class NgramDecoder:
    """Read and continue rows with one or several n-gram models of the same vocabulary, mixed by `weights`.

    `start_id` is what a text begins with, and ends with.
    """

    def __init__(
        self, models: Sequence[KneserNey], weights: Sequence[float], start_id: int = END_ID, pad_id: int = PAD_ID
    ) -> None:
        if not models or len({len(model.unigram) for model in models}) != 1 or len(weights) != len(models):
            raise ValueError(
                f"{len(models)} n-gram models, perhaps of several vocabularies, and {len(weights)} weights"
            )
        self.models = tuple(models)
        self._weights = [weight / sum(weights) for weight in weights]
        self._reach = max(model.order for model in models) - 1
        self.vocab_size = len(models[0].unigram)
        self.context_length = _UNBOUNDED
        self.device = torch.device("cpu")
        self.start_ids: tuple[int, ...] = (start_id,)
        self.end_ids = frozenset((start_id,))
        self.pad_id = pad_id

    def new_state(self, rows: int) -> DecoderState:
        """Return an empty state for `rows` texts."""
        return NgramState(rows)

    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T); return log-probabilities (B, V) after the last. `mask` is False on left padding."""
        assert isinstance(state, NgramState)
        shown = ids if mask is None else torch.where(mask.bool(), ids, _PADDING)
        for row, new in zip(state.rows, shown.tolist(), strict=True):
            row.extend(new)
        return self._logits([row[-self._reach :] for row in state.rows]), state

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id per row, (B,); return log-probabilities (B, V)."""
        return self.prefill(ids[:, None], state)

    def all_logits(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T) after what `state` holds; return log-probabilities (B, T, V) after every one of them."""
        steps = [self.step(column, state)[0] for column in ids.unbind(1)]
        return torch.stack(steps, dim=1), state

    def _logits(self, contexts: list[list[int]]) -> Tensor:
        rows = [self._distribution(context) for context in contexts]
        return torch.from_numpy(np.log(np.stack(rows)))

    def _distribution(self, context: list[int]) -> NDArray[np.float32]:
        if _PADDING in context:
            context = context[len(context) - context[::-1].index(_PADDING) :]
        shares = [
            np.float32(weight) * model.distribution(context)
            for weight, model in zip(self._weights, self.models, strict=True)
        ]
        return shares[0] if len(shares) == 1 else np.sum(shares, axis=0)


def load(folder: Path, device: Device) -> NgramDecoder:  # noqa: ARG001 - tables of counts stay with the processor
    """Return the n-gram model in `folder`. Raises ModelError where it is incomplete or damaged."""
    config, tensors = load_tensors(folder, torch.device("cpu"))
    try:
        return NgramDecoder([from_tensors(config, tensors)], [1.0])
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise ModelError(f"The model in {folder} is incomplete or damaged: restore it or train it again.") from error


def to_tensors(model: KneserNey) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the config and the tensors that `from_tensors` reads."""
    tensors = {"unigram": torch.from_numpy(model.unigram)}
    for order, level in enumerate(model.levels, start=2):
        for name in Level.__dataclass_fields__:
            tensors[f"{order}.{name}"] = torch.from_numpy(getattr(level, name))
    return {"model_type": MODEL_TYPE, "order": model.order, "vocab_size": len(model.unigram)}, tensors


def from_tensors(config: dict[str, Any], tensors: dict[str, Tensor]) -> KneserNey:
    """Return the model of `to_tensors`. Raises KeyError or ValueError where something is missing or does not fit."""
    arrays = {name: tensor.numpy() for name, tensor in tensors.items()}
    levels, contexts = [], int(config["vocab_size"])
    if contexts != len(arrays["unigram"]):
        raise ValueError(f"{len(arrays['unigram'])} probabilities do not fit a vocabulary of {contexts}")
    for order in range(2, int(config["order"]) + 1):
        level = Level(**{name: arrays[f"{order}.{name}"] for name in Level.__dataclass_fields__})
        sizes = (len(level.offsets) - 1, len(level.rests), len(level.tokens), len(level.shares))
        if sizes != (contexts, contexts, level.offsets[-1], level.offsets[-1]):
            raise ValueError(f"order {order} does not fit the one below")
        levels.append(level)
        contexts = len(level.tokens)
    return KneserNey(arrays["unigram"], tuple(levels))
