"""Recurrent encoder-decoders in training, by teacher forcing."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from engine.card import ModelCard
from engine.checkpoint import load_tensors, save_tensors
from engine.errors import ModelError
from engine.models.base import Decoder
from engine.models.seq2seq import (
    Decoded,
    EncodedSource,
    RecurrentSeq2Seq,
    RecurrentSeq2SeqDecoder,
    Seq2SeqShape,
    build,
    describe,
)
from engine.training.batches import Batch
from engine.training.loss import fused_cross_entropy
from engine.training.objective import BatchLoss
from engine.training.recipe import ModelSettings


class Seq2SeqObjective:
    """A recurrent encoder-decoder under label-smoothed cross-entropy, or under the likelihood of its mixture.

    The words of a copying model come from a mixture of writing and copying, which is not smoothed.
    """

    def __init__(self, settings: ModelSettings, vocab_size: int) -> None:
        shape = Seq2SeqShape(
            vocab_size=vocab_size,
            hidden=settings.hidden,
            embedding=settings.embedding or settings.hidden,
            layers=settings.layers,
            cell=settings.cell,
            attention=settings.attention,
            input_feeding=settings.input_feeding,
            copy=settings.copy,
            tied=settings.tied,
            dropout=settings.dropout,
            context=settings.context,
        )
        self.module: RecurrentSeq2Seq = RecurrentSeq2Seq(shape)
        if settings.init:
            for weight in self.module.parameters():
                nn.init.uniform_(weight, -settings.init, settings.init)

    def loss(self, batch: Batch, step: int, smoothing: float = 0.0) -> BatchLoss:  # noqa: ARG002 - nothing is annealed
        """Return the loss of `batch` summed over its target tokens. Raises ValueError for a batch without sources."""
        if batch.source is None or batch.source_mask is None:
            raise ValueError("an encoder-decoder needs sources")
        source, cells = self.module.encode(batch.source, batch.source_mask)
        decoded, _ = self.module.decode(batch.inputs, source, cells)
        targets = batch.targets[batch.target_mask]
        if decoded.gates is not None:
            loss = self._mixture_loss(decoded, source, batch)
            return BatchLoss(loss, loss.detach(), targets.numel())
        outputs = decoded.outputs[batch.target_mask]
        loss, nll = fused_cross_entropy(outputs, self.module.output_weight, targets, smoothing)
        return BatchLoss(loss, nll, targets.numel())

    def _mixture_loss(self, decoded: Decoded, source: EncodedSource, batch: Batch) -> Tensor:
        """Return -log(g P(w) + (1 - g) sum of the attention to w) over the targets (See et al. 2017, equation 9)."""
        assert decoded.gates is not None
        assert decoded.weights is not None
        kept = batch.target_mask
        logits = nn.functional.linear(decoded.outputs[kept], self.module.output_weight).float()
        targets = batch.targets[kept][:, None]
        written = torch.log_softmax(logits, dim=1).gather(1, targets).squeeze(1)
        matches = source.ids[:, None] == batch.targets[:, :, None]
        copied = (decoded.weights.float() * matches).sum(dim=2)[kept]
        gates = decoded.gates.float()[kept]
        mixed = gates * written.exp() + (1 - gates) * copied
        return -mixed.clamp_min(torch.finfo(mixed.dtype).tiny).log().sum()

    def begin_epoch(self) -> None:
        """Carry nothing over."""

    def decoder(self) -> Decoder:
        """Return the module behind the one search."""
        return RecurrentSeq2SeqDecoder(self.module, self.module.embedding.weight.device)

    def load(self, folder: Path) -> None:
        """Take the weights of the model in `folder`. Raises ModelError where it is of another shape."""
        config, tensors = load_tensors(folder, torch.device("cpu"))
        loaded = build(config, tensors, folder)
        if describe(loaded.shape) | {"dropout": 0} != describe(self.module.shape) | {"dropout": 0}:
            raise ModelError(f"The model in {folder} does not have the recipe's shape: choose another to start from.")
        self.module.load_state_dict(tensors)

    def save(self, folder: Path, tokenizer: Tokenizer, card: ModelCard) -> None:
        """Write the model as a directory of the one checkpoint format."""
        tensors = {name: tensor.detach().cpu() for name, tensor in self.module.state_dict().items()}
        save_tensors(folder, describe(self.module.shape), tensors, tokenizer, card)
