"""LSTM and GRU language models in training, by backpropagation through a stretch of time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel, WordPiece
from torch import Tensor, nn

from engine.card import ModelCard
from engine.checkpoint import UNKNOWN, load_tensors, save_tensors
from engine.errors import ModelError, SettingsError
from engine.models.base import Decoder
from engine.models.recurrent import RecurrentDecoder, RecurrentLM, config_of, load_weights
from engine.training.batches import Batch
from engine.training.loss import fused_cross_entropy
from engine.training.objective import BatchLoss
from engine.training.recipe import ModelSettings


class RecurrentObjective:
    """A recurrent language model under cross-entropy; its state goes on where the batches do.

    Gradients end at the borders of a batch (Williams and Peng 1990; Zaremba et al. 2014).
    """

    def __init__(self, settings: ModelSettings, vocab_size: int) -> None:
        embedding = settings.embedding or settings.hidden
        try:
            self.module = RecurrentLM(
                vocab_size,
                embedding,
                settings.hidden,
                settings.layers,
                settings.cell,
                settings.dropout,
                tied=settings.tied,
            )
        except ValueError as error:
            raise SettingsError("Tied weights need an embedding as wide as the hidden layer: leave it out.") from error
        self.carried: dict[str, Tensor] = {}
        if settings.init:
            for weight in self.module.parameters():
                nn.init.uniform_(weight, -settings.init, settings.init)

    def loss(self, batch: Batch, step: int, smoothing: float = 0.0) -> BatchLoss:  # noqa: ARG002 - nothing is annealed
        """Return the loss of `batch` summed over its target tokens."""
        carried = tuple(self.carried.values()) if batch.continues and self.carried else None
        hidden, state = self.module.hidden(batch.inputs, carried)
        if batch.continues:
            self.carried = {str(number): cell.detach() for number, cell in enumerate(state)}
        weight, bias = self.module.head()
        targets = batch.targets[batch.target_mask]
        loss, nll = fused_cross_entropy(hidden[batch.target_mask], weight, targets, smoothing, bias)
        return BatchLoss(loss, nll, targets.numel())

    def begin_epoch(self) -> None:
        """Begin every stream with an empty state."""
        self.carried = {}

    def decoder(self) -> Decoder:
        """Return the module behind the one search."""
        return RecurrentDecoder(self.module)

    def load(self, folder: Path) -> None:
        """Take the weights of the model in `folder`. Raises ModelError where it is of another shape."""
        _, tensors = load_tensors(folder, torch.device("cpu"))
        try:
            load_weights(self.module, tensors)
        except RuntimeError as error:
            raise ModelError(
                f"The model in {folder} does not have the recipe's shape: choose another to start from."
            ) from error

    def save(self, folder: Path, tokenizer: Tokenizer, card: ModelCard) -> None:
        """Write the model as a directory of the one checkpoint format."""
        tensors = {name: value.detach().cpu() for name, value in self.module.state_dict().items()}
        if self.module.shape.tied:
            del tensors["output.weight"]
        suppressed = [tokenizer.token_to_id(UNKNOWN)] if isinstance(tokenizer.model, WordLevel | WordPiece) else []
        save_tensors(
            folder, config_of(replace(self.module.shape, suppressed=tuple(suppressed))), tensors, tokenizer, card
        )
