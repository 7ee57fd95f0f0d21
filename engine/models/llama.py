"""The Llama family (Llama, Mistral, Qwen 2 and 3) as a `Decoder`: the whole of a Transformer on a page.

Each layer adds to every token's vector what attention gathers from the tokens before it, and then
what a gated network makes of it (Touvron et al. 2023, section 2.2): the vectors are normalised by
their root mean square (Zhang and Sennrich 2019) beforehand, positions are turns of queries and keys
(`engine.models.rotary`), several query heads may share keys and values (Ainslie et al. 2023).

Shapes: B rows, T new tokens, N = B * T, H hidden width; Q query heads, K key heads, W their width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.device import Device
from engine.models.base import DecoderState
from engine.models.compiled_layers import CompiledLlama, table_of
from engine.models.formats import WeightFormat, choose_format
from engine.models.kv_state import KVState
from engine.models.linear import Linear
from engine.models.llama_shape import Shape
from engine.models.norm import Norm
from engine.models.rotary import Rotation, paired
from engine.models.self_attention import attend, attend_coarsely, visible_positions
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


class LlamaDecoder:
    """Read and continue rows."""

    def __init__(self, checkpoint: Checkpoint, shape: Shape, device: Device) -> None:
        self.device = device.torch_device
        self.vocab_size = shape.vocab
        self.context_length = shape.context
        self.end_ids = checkpoint.end_ids()
        start, pad = checkpoint.config.get("bos_token_id"), checkpoint.setting("pad_token_id")
        self.start_ids: tuple[int, ...] = (min(self.end_ids, default=0) if start is None else start,)
        self.pad_id: int = min(self.end_ids, default=0) if pad is None else pad
        self._suppressed = checkpoint.suppressed_ids(self.device)
        self.parallel = self._suppressed is None  # `all_logits` scores texts and leaves nothing out
        self._shape = shape
        weights = choose_format(device)
        self.weights = weights.name
        self._dtype = weights.dtype
        # One query at a time, float32 is read faster than bfloat16 on a processor: torch unpacks the latter anew.
        self._attention_dtype = torch.float32 if self.device.type == "cpu" else device.dtype
        coarse = self.device.type == "cpu" and device.dtype == torch.bfloat16 and weights.name != "float32"
        self._attend_many = attend_coarsely if coarse else attend
        self._rotation = Rotation(shape.width, shape.theta, self.device, shape.stretching)
        self._load(checkpoint, weights)

    @torch.inference_mode()
    def _load(self, checkpoint: Checkpoint, weights: WeightFormat) -> None:
        shape = self._shape
        embedding = checkpoint.tensor("model.embed_tokens.weight", shape.vocab, shape.hidden)
        head = embedding
        if not checkpoint.config.get("tie_word_embeddings", False) or checkpoint.has("lm_head.weight"):
            head = checkpoint.tensor("lm_head.weight", shape.vocab, shape.hidden)
        self._embedding = embedding.to(self.device)
        self._layers = [
            self._load_layer(checkpoint, f"model.layers.{index}.", weights) for index in range(shape.layers)
        ]
        self._norm = self._load_norm(checkpoint, "model.norm.weight")
        self._head = weights.product(head, None)
        table = table_of([layer.parts() for layer in self._layers])
        heads = self._layers[0].head_norm is not None
        self._compiled = table and CompiledLlama(table, self._norm.weight, shape, normed_heads=heads)

    def _load_layer(self, checkpoint: Checkpoint, prefix: str, weights: WeightFormat) -> Layer:
        shape = self._shape
        queries, keys = shape.query_heads * shape.width, shape.key_heads * shape.width
        names = [f"{prefix}self_attn.{part}_proj" for part in "qkv"]
        weight = checkpoint.stacked([f"{name}.weight" for name in names], (queries, keys, keys), shape.hidden)
        bias = checkpoint.stacked_bias([f"{name}.bias" for name in names], (queries, keys, keys))
        feeds = [f"{prefix}mlp.{part}_proj" for part in ("gate", "up")]
        feed_in = checkpoint.stacked([f"{name}.weight" for name in feeds], (shape.feed, shape.feed), shape.hidden)
        feed_bias = checkpoint.stacked_bias([f"{name}.bias" for name in feeds], (shape.feed, shape.feed))
        return Layer(
            self._load_norm(checkpoint, f"{prefix}input_layernorm.weight"),
            weights.product(self._paired(weight), None if bias is None else self._paired(bias)),
            self._load_head_norm(checkpoint, prefix),
            self._load_out(checkpoint, f"{prefix}self_attn.o_proj", queries, weights),
            self._load_norm(checkpoint, f"{prefix}post_attention_layernorm.weight"),
            weights.product(feed_in, feed_bias),
            self._load_out(checkpoint, f"{prefix}mlp.down_proj", shape.feed, weights),
        )

    def _load_norm(self, checkpoint: Checkpoint, name: str) -> Norm:
        return Norm(checkpoint.tensor(name, self._shape.hidden).to(self.device, self._dtype), self._shape.epsilon)

    def _load_out(self, checkpoint: Checkpoint, name: str, width: int, weights: WeightFormat) -> Linear:
        return weights.product(
            checkpoint.tensor(f"{name}.weight", self._shape.hidden, width),
            checkpoint.stacked_bias([f"{name}.bias"], [self._shape.hidden]),
        )

    def _load_head_norm(self, checkpoint: Checkpoint, prefix: str) -> Tensor | None:
        if not checkpoint.has(f"{prefix}self_attn.q_norm.weight"):
            return None
        shape = self._shape
        norms = [paired(checkpoint.tensor(f"{prefix}self_attn.{part}_norm.weight", shape.width), 1) for part in "qk"]
        counts = (shape.query_heads, shape.key_heads)
        rows = [norm.expand(count, -1) for norm, count in zip(norms, counts, strict=True)]
        return torch.cat(rows).to(self.device, torch.float32)

    def _paired(self, rows: Tensor) -> Tensor:
        turned = self._shape.query_heads + self._shape.key_heads
        end = turned * self._shape.width
        return torch.cat((paired(rows[:end], turned), rows[end:]))

    def new_state(self, rows: int) -> DecoderState:
        """Return an empty state for `rows` texts."""
        shape = (self._shape.layers, rows, self._shape.key_heads, self._shape.width)
        return KVState(shape, self._attention_dtype, self.device)

    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V) after the last. `mask` (B, T) is False on left padding."""
        return self._logits(self._read(ids, state, mask)[:, -1]), state

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id per row, (B,); return logits (B, V)."""
        return self._logits(self._read(ids[:, None], state, None)[:, 0]), state

    def hidden(
        self, ids: Tensor, state: DecoderState, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V), the last hidden layer (B, T, H), and the state."""
        hidden = self._read(ids, state, mask)
        return self._logits(hidden[:, -1]), hidden.float(), state

    def all_logits(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T) after what `state` holds; return logits (B, T, V) after every one of them."""
        hidden = self._read(ids, state, None)
        return self._scores(hidden.flatten(0, 1)).view(*ids.shape, -1), state

    @torch.inference_mode()
    def _logits(self, hidden: Tensor) -> Tensor:
        """Return the logits (N, V) of `hidden` (N, H), those of ids that must not be written left out."""
        logits = self._scores(hidden)
        return logits if self._suppressed is None else logits.index_fill_(1, self._suppressed, -torch.inf)

    @torch.inference_mode()
    def _scores(self, hidden: Tensor) -> Tensor:
        return self._head(hidden).float()

    @torch.inference_mode()
    def _read(self, ids: Tensor, state: DecoderState, mask: Tensor | None) -> Tensor:
        """Read `ids` (B, T); return the normalised vectors (B, T, H) after the last layer."""
        assert isinstance(state, KVState)
        rows, count = ids.shape
        state.extend(rows, count, mask)
        if self._compiled is not None and state.mask is None and rows * count <= self._compiled.most:
            vectors = functional.embedding(ids.reshape(-1), self._embedding).float()
            return self._compiled.read(vectors, state, self._rotation.turns(state.length)).view(rows, count, -1)
        turns, visible = self._turns(state, count), visible_positions(state.mask, count, state.length, self.device)
        x = functional.embedding(ids.reshape(-1), self._embedding).to(self._dtype)
        for layer, fresh, keys, values in zip(self._layers, state.fresh(count), *state.seen(), strict=True):
            x += self._attend(layer, layer.attention_norm(x), fresh, keys, values, turns, visible)
            gate, content = layer.feed_in(layer.feed_norm(x)).chunk(2, dim=1)
            x += layer.feed_out(functional.silu(gate, inplace=True).mul_(content))
        return self._norm(x).view(rows, count, -1)

    def _attend(
        self,
        layer: Layer,
        x: Tensor,
        fresh: Tensor,
        keys: Tensor,
        values: Tensor,
        turns: Tensor,
        visible: Tensor | None,
    ) -> Tensor:
        """Return what attention gathers for `x` (N, H); put its keys and values into `fresh`."""
        rows, _, count, width = fresh.shape
        heads = self._shape.query_heads
        groups = heads // self._shape.key_heads
        made = layer.attention_in(x).float().view(rows, count, -1, width)
        if layer.head_norm is not None:
            made = self._normed_heads(made, layer.head_norm)
        pairs = torch.view_as_complex(made.view(rows, count, -1, width // 2, 2)) * turns
        turned = torch.view_as_real(pairs).flatten(3).transpose(1, 2)  # (B, Q + 2 K, T, W)
        fresh.copy_(turned[:, heads:])
        queries = turned[:, :heads].to(keys.dtype)
        if count == 1:  # heads that share keys are as good as tokens that do
            shared = queries.reshape(rows, -1, groups, width)
            seen = functional.scaled_dot_product_attention(shared, keys, values, visible).reshape(rows, -1)
        else:
            seen = self._attend_many(queries, keys, values, visible).transpose(1, 2).reshape(rows * count, -1)
        return layer.attention_out(seen.to(self._dtype))

    def _normed_heads(self, made: Tensor, weight: Tensor) -> Tensor:
        turned = weight.shape[0]
        normed = torch.rms_norm(made[:, :, :turned], weight.shape[1:], None, self._shape.epsilon) * weight
        return torch.cat((normed, made[:, :, turned:]), dim=2)

    def _turns(self, state: KVState, count: int) -> Tensor:
        """Return the turn of each new position for every head, none for values: (1 or B, T, Q + 2 K, W / 2)."""
        shape = self._shape
        table = self._rotation.turns(state.length)
        if state.mask is None:
            turns = table[None, state.length - count : state.length]
        else:
            positions = (state.mask.cumsum(1)[:, -count:] - 1).clamp_(min=0)
            turns = table[positions]
        turned = turns[:, :, None].expand(-1, -1, shape.query_heads + shape.key_heads, -1)
        still = torch.ones_like(turns[:, :, :1, None]).expand(-1, turns.shape[1], shape.key_heads, turns.shape[2])
        return torch.cat((turned, still), dim=2)


def supports(config: dict[str, Any]) -> bool:
    """Tell whether a model with this `config.json` is of the family, in every part."""
    return Shape.of(config) is not None


def load(folder: Path, device: Device) -> LlamaDecoder:
    """Return the decoder in `folder`, on `device`.

    Raises ModelError for a folder that is incomplete, damaged or without safetensors weights, ValueError
    for a model that `supports` does not know.
    """
    checkpoint = Checkpoint(folder)
    shape = Shape.of(checkpoint.config)
    if shape is None:
        raise ValueError(f"the model in {folder} is not of the Llama family")
    return LlamaDecoder(checkpoint, shape, device)
