"""The parts that a Marian model is made of, read from a checkpoint: sizes, layers, and what its words stand for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.models.formats import WeightFormat
from engine.models.linear import Linear
from engine.models.weights import Checkpoint

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": functional.relu,
    "gelu": functional.gelu,
    "swish": functional.silu,
    "silu": functional.silu,
}
_SIZES = ("vocab_size", "d_model", "max_position_embeddings")
_SIDE_SIZES = ("layers", "attention_heads", "ffn_dim")


@dataclass(frozen=True, slots=True)
class Side:
    """The sizes of an encoder or a decoder."""

    layers: int
    heads: int
    feed: int


@dataclass(frozen=True, slots=True)
class MarianShape:
    """The sizes of a model, its activation, and the factor of its embeddings."""

    vocab: int
    hidden: int
    context: int
    encoder: Side
    decoder: Side
    activation: str
    scale: float

    @classmethod
    def of(cls, config: dict[str, Any]) -> MarianShape | None:
        """Read them from `config.json`; None for a model with a part that is not known here."""
        names = [*_SIZES, *(f"{side}_{size}" for side in ("encoder", "decoder") for size in _SIDE_SIZES)]
        if (
            config.get("model_type") != "marian"
            or not all(isinstance(config.get(name), int) for name in names)
            or config.get("activation_function") not in ACTIVATIONS
            or not config.get("share_encoder_decoder_embeddings", True)
            or "quantization_config" in config
        ):
            return None
        scale = math.sqrt(config["d_model"]) if config.get("scale_embedding") else 1.0
        vocab, hidden, context = (config[name] for name in _SIZES)
        encoder, decoder = (
            Side(*(config[f"{side}_{size}"] for size in _SIDE_SIZES)) for side in ("encoder", "decoder")
        )
        return cls(vocab, hidden, context, encoder, decoder, config["activation_function"], scale)


class LayerNorm:
    """(x - mean) / deviation, times a weight, plus a bias (Ba et al. 2016)."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        self.weight, self.bias = weight, bias

    def __call__(self, x: Tensor) -> Tensor:
        """Return the normalised vectors of `x` (N, H)."""
        return torch.layer_norm(x, self.weight.shape, self.weight, self.bias)


@dataclass(frozen=True, slots=True)
class CrossLayer:
    """How a decoder layer looks at the source: keys and values are made of it once."""

    query: Linear
    source: Linear  # to keys and values
    out: Linear
    norm: LayerNorm


@dataclass(frozen=True, slots=True)
class MarianLayer:
    """The weights of one layer; only those of a decoder have a `cross`."""

    attention_in: Linear  # to queries, keys and values
    attention_out: Linear
    attention_norm: LayerNorm
    cross: CrossLayer | None
    feed_in: Linear
    feed_out: Linear
    feed_norm: LayerNorm

    def parts(self) -> tuple[Sequence[Tensor], Sequence[Linear]]:
        """Return the parameters of norms and the products in the order in which compiled functions take them."""
        cross = self.cross
        assert cross is not None, "only a decoder's layers are compiled"
        norms = (self.attention_norm, cross.norm, self.feed_norm)
        products = (self.attention_in, self.attention_out, cross.query, cross.out, self.feed_in, self.feed_out)
        return [one for norm in norms for one in (norm.weight, norm.bias)], products


class MarianLoader:
    """Read parts of `checkpoint`, their weights in a format, on a device."""

    def __init__(self, checkpoint: Checkpoint, shape: MarianShape, weights: WeightFormat, device: torch.device) -> None:
        self._checkpoint, self._shape, self._weights, self._device = checkpoint, shape, weights, device
        self._embeddings: dict[str, Tensor] = {}  # by name, so that an accelerator holds once what sides share

    def layers(self, name: str, side: Side) -> list[MarianLayer]:
        """Return the layers of the side called `name`, "encoder" or "decoder"."""
        return [self._layer(f"model.{name}.layers.{index}.", side, name == "decoder") for index in range(side.layers)]

    def embedding(self, name: str) -> Tensor:
        """Return the vectors (V, H) of the words that the side called `name` reads."""
        own = f"model.{name}.embed_tokens.weight"
        known = own if self._checkpoint.has(own) else "model.shared.weight"
        if known not in self._embeddings:
            found = self._checkpoint.tensor(known, self._shape.vocab, self._shape.hidden)
            self._embeddings[known] = found.to(self._device, copy=True)  # or the whole file would stay mapped
        return self._embeddings[known]

    def head(self) -> Linear:
        """Return the product that makes logits of the decoder's vectors."""
        own = self._checkpoint.has("lm_head.weight")
        vocab, hidden = self._shape.vocab, self._shape.hidden
        weight = self._checkpoint.tensor("lm_head.weight", vocab, hidden) if own else self.embedding("decoder")
        return self._weights.product(weight, self._checkpoint.tensor("final_logits_bias", 1, vocab)[0].clone())

    def positions(self) -> Tensor:
        """Return a vector for every position (context, H): sines, then cosines (Vaswani et al. 2017, section 3.5)."""
        count, width = self._shape.context, self._shape.hidden
        rates = 10_000 ** (-2 * torch.arange((width + 1) // 2, dtype=torch.float64) / width)
        angles = torch.arange(count, dtype=torch.float64)[:, None] * rates
        found = torch.cat((angles.sin(), angles[:, : width // 2].cos()), dim=1)
        return found.to(self._device, self._weights.dtype)

    def _layer(self, prefix: str, side: Side, decodes: bool) -> MarianLayer:
        hidden = self._shape.hidden
        return MarianLayer(
            self._stacked(f"{prefix}self_attn.", "qkv"),
            self._product(f"{prefix}self_attn.out_proj", hidden, hidden),
            self._norm(f"{prefix}self_attn_layer_norm"),
            self._cross(prefix) if decodes else None,
            self._product(f"{prefix}fc1", side.feed, hidden),
            self._product(f"{prefix}fc2", hidden, side.feed),
            self._norm(f"{prefix}final_layer_norm"),
        )

    def _cross(self, prefix: str) -> CrossLayer:
        hidden = self._shape.hidden
        return CrossLayer(
            self._product(f"{prefix}encoder_attn.q_proj", hidden, hidden),
            self._stacked(f"{prefix}encoder_attn.", "kv"),
            self._product(f"{prefix}encoder_attn.out_proj", hidden, hidden),
            self._norm(f"{prefix}encoder_attn_layer_norm"),
        )

    def _stacked(self, prefix: str, parts: str) -> Linear:
        names, rows = [f"{prefix}{part}_proj" for part in parts], [self._shape.hidden] * len(parts)
        weight = self._checkpoint.stacked([f"{name}.weight" for name in names], rows, self._shape.hidden)
        return self._weights.product(weight, self._checkpoint.stacked_bias([f"{name}.bias" for name in names], rows))

    def _product(self, name: str, rows: int, width: int) -> Linear:
        weight = self._checkpoint.tensor(f"{name}.weight", rows, width)
        return self._weights.product(weight, self._checkpoint.stacked_bias([f"{name}.bias"], [rows]))

    def _norm(self, name: str) -> LayerNorm:
        parts = (self._checkpoint.tensor(f"{name}.{part}", self._shape.hidden) for part in ("weight", "bias"))
        return LayerNorm(*(part.to(self._device, self._weights.dtype, copy=True) for part in parts))
