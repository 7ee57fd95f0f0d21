"""The weights of a model of the Llama family, packed for the device they are used on.

Shapes: H hidden width; Q query heads, K key heads, W their width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.formats import WeightFormat
from engine.models.linear import Linear
from engine.models.llama_shape import Shape
from engine.models.norm import Norm
from engine.models.rotary import paired
from engine.models.weights import Checkpoint


@dataclass(frozen=True, slots=True)
class Layer:
    """The weights of one layer. `head_norm` (Q + K, W) is what Qwen 3 normalises queries and keys with."""

    attention_norm: Norm
    attention_in: Linear  # to queries, keys and values
    head_norm: Tensor | None
    attention_out: Linear
    feed_norm: Norm
    feed_in: Linear  # to gate and content
    feed_out: Linear

    def parts(self) -> tuple[Sequence[Tensor | None], Sequence[Linear]]:
        """Return the parameters of norms and the products in the order in which compiled functions take them."""
        norms = (self.attention_norm.weight, self.head_norm, self.feed_norm.weight)
        return norms, (self.attention_in, self.attention_out, self.feed_in, self.feed_out)


@dataclass(frozen=True, slots=True)
class LlamaWeights:
    """All weights: `embedding` (V, H), the layers, the last norm and the product that makes logits."""

    embedding: Tensor
    layers: tuple[Layer, ...]
    norm: Norm
    head: Linear


def load_weights(checkpoint: Checkpoint, shape: Shape, weights: WeightFormat, place: torch.device) -> LlamaWeights:
    """Return the weights of `checkpoint` held as `weights`. Raises ModelError for one that lacks some."""
    loader = _Loader(checkpoint, shape, weights, place)
    embedding = checkpoint.tensor("model.embed_tokens.weight", shape.vocab, shape.hidden)
    head = embedding
    if not checkpoint.config.get("tie_word_embeddings", False) or checkpoint.has("lm_head.weight"):
        head = checkpoint.tensor("lm_head.weight", shape.vocab, shape.hidden)
    return LlamaWeights(
        embedding.to(place, copy=True),  # or the whole file would stay mapped
        tuple(loader.layer(f"model.layers.{index}.") for index in range(shape.layers)),
        loader.norm("model.norm.weight"),
        weights.product(head, None),
    )


@dataclass(frozen=True, slots=True)
class _Loader:
    """Reads and packs one layer after the other."""

    checkpoint: Checkpoint
    shape: Shape
    weights: WeightFormat
    place: torch.device

    def layer(self, prefix: str) -> Layer:
        shape, checkpoint = self.shape, self.checkpoint
        queries, keys = shape.query_heads * shape.width, shape.key_heads * shape.width
        names = [f"{prefix}self_attn.{part}_proj" for part in "qkv"]
        weight = checkpoint.stacked([f"{name}.weight" for name in names], (queries, keys, keys), shape.hidden)
        bias = checkpoint.stacked_bias([f"{name}.bias" for name in names], (queries, keys, keys))
        feeds = [f"{prefix}mlp.{part}_proj" for part in ("gate", "up")]
        feed_in = checkpoint.stacked([f"{name}.weight" for name in feeds], (shape.feed, shape.feed), shape.hidden)
        feed_bias = checkpoint.stacked_bias([f"{name}.bias" for name in feeds], (shape.feed, shape.feed))
        return Layer(
            self.norm(f"{prefix}input_layernorm.weight"),
            self.weights.product(self._paired(weight), None if bias is None else self._paired(bias)),
            self._head_norm(prefix),
            self._out(f"{prefix}self_attn.o_proj", queries),
            self.norm(f"{prefix}post_attention_layernorm.weight"),
            self.weights.product(feed_in, feed_bias),
            self._out(f"{prefix}mlp.down_proj", shape.feed),
        )

    def norm(self, name: str) -> Norm:
        weight = self.checkpoint.tensor(name, self.shape.hidden)
        return Norm(weight.to(self.place, self.weights.dtype, copy=True), self.shape.epsilon)

    def _out(self, name: str, width: int) -> Linear:
        return self.weights.product(
            self.checkpoint.tensor(f"{name}.weight", self.shape.hidden, width),
            self.checkpoint.stacked_bias([f"{name}.bias"], [self.shape.hidden]),
        )

    def _head_norm(self, prefix: str) -> Tensor | None:
        if not self.checkpoint.has(f"{prefix}self_attn.q_norm.weight"):
            return None
        shape = self.shape
        names = [f"{prefix}self_attn.{part}_norm.weight" for part in "qk"]
        norms = [paired(self.checkpoint.tensor(name, shape.width), 1) for name in names]
        counts = (shape.query_heads, shape.key_heads)
        rows = [norm.expand(count, -1) for norm, count in zip(norms, counts, strict=True)]
        return torch.cat(rows).to(self.place, torch.float32)

    def _paired(self, rows: Tensor) -> Tensor:
        turned = self.shape.query_heads + self.shape.key_heads
        end = turned * self.shape.width
        return torch.cat((paired(rows[:end], turned), rows[end:]))
