"""The text CNN that tells a person's text from a model's (Kim 2014; Yu et al. 2017, appendix B), usable alone.

It is a scorer, not a decoder: the more natural a text reads, the nearer its probability is to 1.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from engine.card import ModelCard
from engine.checkpoint import PAD_ID, load_tensors, save_tensors
from engine.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODEL_TYPE = "penwright-discriminator"
_BLOCK = 256  # texts scored at a time: they fit the cache


@dataclass(frozen=True, slots=True)
class DiscriminatorSettings:
    """Shape: `filters[i]` convolutions look at `windows[i]` tokens each.

    `dropout` is the share of features dropped, `l2` the weight of the squared output layer in the loss.
    """

    vocab_size: int
    embedding: int = 32
    windows: tuple[int, ...] = (1, 2, 3, 4, 5)
    filters: tuple[int, ...] = (32, 64, 64, 32, 32)
    dropout: float = 0.25
    l2: float = 0.1
    pad_id: int = PAD_ID

    def __post_init__(self) -> None:
        if not self.windows or len(self.windows) != len(self.filters) or min(self.windows) < 1:
            raise ValueError(f"windows {self.windows} and filters {self.filters} must pair up, windows from 1")


class Discriminator(nn.Module):
    """Embedding, convolutions, maximum over time, one highway layer (Srivastava 2015), dropout, one logit."""

    def __init__(self, settings: DiscriminatorSettings) -> None:
        super().__init__()
        self.settings = settings
        width = sum(settings.filters)
        self.embedding = nn.Embedding(settings.vocab_size, settings.embedding, padding_idx=settings.pad_id)
        self.convolutions = nn.ModuleList(
            nn.Linear(window * settings.embedding, filters)
            for window, filters in zip(settings.windows, settings.filters, strict=True)
        )
        self.transform = nn.Linear(width, width)
        self.gate = nn.Linear(width, width)
        nn.init.constant_(self.gate.bias, -2.0)  # at first the highway carries its input through
        self.dropout = nn.Dropout(settings.dropout)
        self.output = nn.Linear(width, 1)

    def forward(self, ids: Tensor) -> Tensor:
        """Return logits (B,) that a person wrote `ids` (B, T) int64; padding on the right changes nothing."""
        length, widest = ids.shape[1], max(self.settings.windows)
        embedded = self.embedding(nn.functional.pad(ids, (0, widest - 1), value=self.settings.pad_id))
        nowhere = (ids == self.settings.pad_id)[..., None]  # windows that begin on padding are no evidence
        pooled = []
        for window, convolution in zip(self.settings.windows, self.convolutions, strict=True):
            # Side by side and through one product: small convolutions take twice the time.
            seen = torch.cat([embedded[:, start : start + length] for start in range(window)], dim=2)
            pooled.append(convolution(seen).masked_fill(nowhere, 0.0).amax(dim=1).relu())
        features = torch.cat(pooled, dim=1)
        gate = torch.sigmoid(self.gate(features))
        features = gate * self.transform(features).relu() + (1 - gate) * features
        return self.output(self.dropout(features))[:, 0]

    def penalty(self) -> Tensor:
        """Return the L2 term of the loss."""
        weight, bias = self.output.weight, self.output.bias
        return self.settings.l2 * (weight.square().sum() + bias.square().sum()) / 2

    @torch.inference_mode()
    def probabilities(self, ids: Tensor) -> Tensor:
        """Return the probability (B,) that a person wrote each of `ids` (B, T), without dropout."""
        training = self.training
        self.eval()
        blocks = ids.to(self.output.weight.device).split(_BLOCK)
        scores = torch.cat([torch.sigmoid(self(block).float()) for block in blocks])
        self.train(training)
        return scores

    def save(self, folder: Path, tokenizer: Tokenizer, card: ModelCard, measured: dict[str, Any] | None = None) -> None:
        """Write the model as a directory; `measured` joins its config. Raises StorageError."""
        config = {"model_type": MODEL_TYPE, **asdict(self.settings), "measured": measured or {}}
        save_tensors(folder, config, self.state_dict(), tokenizer, card)


def load(folder: Path, device: torch.device) -> tuple[Discriminator, dict[str, Any]]:
    """Return the discriminator in `folder`, ready to score, and what was measured of it.

    Raises ModelError where it is damaged or of another kind.
    """
    config, tensors = load_tensors(folder, device)
    if config.get("model_type") != MODEL_TYPE:
        raise ModelError(f"The model in {folder} tells no texts apart: choose a discriminator.")
    try:
        values = {name: config[name] for name in DiscriminatorSettings.__dataclass_fields__}
        lists = {name: tuple(values[name]) for name in ("windows", "filters")}
        model = Discriminator(DiscriminatorSettings(**{**values, **lists}))
        model.load_state_dict(tensors)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"The model in {folder} is incomplete or damaged: train it again.") from error
    return model.to(device).eval(), config.get("measured", {})


def pad_ids(texts: list[list[int]], pad_id: int, longest: int) -> Tensor:
    """Return `texts`, cut to their last `longest` tokens and padded on the right, as (B, T) int64."""
    width = max(1, min(longest, max(map(len, texts), default=1)))
    rows = torch.full((len(texts), width), pad_id, dtype=torch.int64)
    for row, ids in enumerate(texts):
        kept = ids[-longest:]
        rows[row, : len(kept)] = torch.tensor(kept, dtype=torch.int64)
    return rows
