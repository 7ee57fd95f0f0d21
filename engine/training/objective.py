"""What a training run needs to know of a model family; one implementation per family in `objectives/`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from tokenizers import Tokenizer
from torch import Tensor, nn

from engine.card import ModelCard
from engine.models.base import Decoder
from engine.training.batches import Batch


@dataclass(frozen=True, slots=True)
class BatchLoss:
    """Sums over a batch: the `loss` to be minimised (with gradient), plain `nll` in nats, target `tokens`.

    `parts` are further sums that the family reports, such as "kl" in nats.
    """

    loss: Tensor
    nll: Tensor
    tokens: int
    parts: dict[str, float] = field(default_factory=dict)


class Objective(Protocol):
    """A model in training: its module, its loss, and its form as a decoder and on disk."""

    module: nn.Module

    def loss(self, batch: Batch, step: int, smoothing: float = 0.0) -> BatchLoss:
        """Return the sums over `batch` at `step`, which annealing follows. `module.training` decides about dropout."""
        ...

    def begin_epoch(self) -> None:
        """Forget what is carried from batch to batch."""
        ...

    def decoder(self) -> Decoder:
        """Return the module as it stands behind the one search, for samples and scores."""
        ...

    def load(self, folder: Path) -> None:
        """Take the weights of the model in `folder`. Raises ModelError where it is of another shape."""
        ...

    def save(self, folder: Path, tokenizer: Tokenizer, card: ModelCard) -> None:
        """Write the model as a directory of the one checkpoint format."""
        ...


@runtime_checkable
class CarryingObjective(Objective, Protocol):
    """A model that remembers from batch to batch where the batches go on; `carried` is saved with the run."""

    carried: dict[str, Tensor]
