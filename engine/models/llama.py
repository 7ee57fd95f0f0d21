"""The Llama family (Llama, Mistral, Qwen 2 and 3) as a `Decoder`: the whole of a Transformer on a page.

Each layer adds to every token's vector what attention gathers from the tokens before it, and then
what a gated network makes of it (Touvron et al. 2023, section 2.2): the vectors are normalised by
their root mean square (Zhang and Sennrich 2019) beforehand, positions are turns of queries and keys
(`engine.models.rotary`), several query heads may share keys and values (Ainslie et al. 2023).

Shapes: B rows, T new tokens, N = B * T, H hidden width; Q query heads, K key heads, W their width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.device import Device, multiplies_bfloat16
from engine.models.base import DecoderState
from engine.models.captured import CapturedReads, Read, Reading, Record, record_on
from engine.models.compiled_layers import CompiledLlama, table_of
from engine.models.formats import choose_format
from engine.models.kv_state import KVState, Memory
from engine.models.llama_shape import Shape
from engine.models.llama_weights import Layer, load_weights
from engine.models.rotary import Rotation
from engine.models.self_attention import attend, attend_biased, attend_coarsely, attend_once, visible_positions
from engine.models.weights import Checkpoint

Gather = Callable[[Tensor, Tensor, Tensor], Tensor]  # queries (B, Q, T, W), keys and values (B, K, L, W): (B, Q, T, W)


class LlamaDecoder:
    """Read and continue rows."""

    def __init__(self, checkpoint: Checkpoint, shape: Shape, device: Device, record: Record | None = None) -> None:
        """`record` records what is read a few tokens at a time; None: where that can be done, on CUDA."""
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
        self._attend_many = attend_coarsely if coarse and multiplies_bfloat16() else attend
        self._rotation = Rotation(shape.width, shape.theta, self.device, shape.stretching)
        with torch.inference_mode():
            self._weights = load_weights(checkpoint, shape, weights, self.device)
        self._compiled = self._compiled_layers()
        record = record or (record_on(self.device) if self.device.type == "cuda" else None)
        self._captured = record and CapturedReads(self._read_in_place, self._rotation.turns, record)

    @property
    def recorded(self) -> int:
        """How many graphs are kept at present."""
        return self._captured.recorded if self._captured else 0

    def new_state(self, rows: int) -> DecoderState:
        """Return an empty state for `rows` texts."""
        shape = (self._shape.layers, rows, self._shape.key_heads, self._shape.width)
        return KVState(shape, self._attention_dtype, self.device)

    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V) after the last. `mask` (B, T) is False on left padding."""
        return self._last(ids, state, mask)[0], state

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id per row, (B,); return logits (B, V)."""
        return self._last(ids[:, None], state, None)[0], state

    def hidden(
        self, ids: Tensor, state: DecoderState, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V), the last hidden layer (B, T, H), and the state."""
        logits, hidden = self._last(ids, state, mask)
        return logits, hidden.float(), state

    def all_logits(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T) after what `state` holds; return logits (B, T, V) after every one of them."""
        captured = self._read_captured(ids, state, None)
        if captured is not None:
            return captured[1], state
        hidden = self._read(ids, state, None)
        return self._scores(hidden.flatten(0, 1)).view(*ids.shape, -1), state

    def _last(self, ids: Tensor, state: DecoderState, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """Read `ids` (B, T); return logits (B, V) after the last, and the vectors (B, T, H)."""
        captured = self._read_captured(ids, state, mask)
        hidden = self._read(ids, state, mask) if captured is None else captured[0]
        scores = self._scores(hidden[:, -1]) if captured is None else captured[1][:, -1]
        return self._allowed(scores), hidden

    @torch.inference_mode()
    def _allowed(self, scores: Tensor) -> Tensor:
        """Return `scores` (N, V), those of ids that must not be written left out."""
        return scores if self._suppressed is None else scores.index_fill_(1, self._suppressed, -torch.inf)

    @torch.inference_mode()
    def _scores(self, hidden: Tensor) -> Tensor:
        return self._weights.head(hidden).float()

    @torch.inference_mode()
    def _read(self, ids: Tensor, state: DecoderState, mask: Tensor | None) -> Tensor:
        """Read `ids` (B, T); return the normalised vectors (B, T, H) after the last layer."""
        assert isinstance(state, KVState)
        rows, count = ids.shape
        state.extend(rows, count, mask)
        if self._compiled is not None and state.mask is None and self._compiled.takes(rows, count, state.length):
            vectors = functional.embedding(ids.reshape(-1), self._weights.embedding).float()
            return self._compiled.read(vectors, state, self._rotation.turns(state.length)).view(rows, count, -1)
        visible = visible_positions(state.mask, count, state.length, self.device)
        gather = partial(attend_once if count == 1 else self._attend_many, visible=visible)
        return self._pass(ids, state.layers(count), self._turns(state, count), gather).view(rows, count, -1)

    def _read_captured(self, ids: Tensor, state: DecoderState, mask: Tensor | None) -> Read | None:
        assert isinstance(state, KVState)
        return self._captured.read(ids, state) if self._captured and mask is None else None

    def _read_in_place(self, reading: Reading[Tensor]) -> Read:
        """Read what lies at addresses that stay, whatever its positions: for `CapturedReads`."""
        turns = self._for_heads(reading.beside.index_select(0, reading.positions)[None])
        gather = partial(attend_biased, bias=reading.bias())
        hidden = self._pass(reading.ids, reading.memories(), turns, gather)
        shape = (*reading.ids.shape, -1)
        return hidden.view(shape), self._weights.head(hidden).view(shape)

    def _pass(self, ids: Tensor, memories: Sequence[Memory], turns: Tensor, gather: Gather) -> Tensor:
        """Return the normalised vectors (N, H) that all layers make of `ids` (B, T)."""
        x = functional.embedding(ids.reshape(-1), self._weights.embedding).to(self._dtype)
        for layer, memory in zip(self._weights.layers, memories, strict=True):
            x += self._attend(layer, layer.attention_norm(x).view(*ids.shape, -1), memory, turns, gather)
            gate, content = layer.feed_in(layer.feed_norm(x)).chunk(2, dim=1)
            x += layer.feed_out(functional.silu(gate, inplace=True).mul_(content))
        return self._weights.norm(x)

    def _attend(self, layer: Layer, x: Tensor, memory: Memory, turns: Tensor, gather: Gather) -> Tensor:
        """Return what attention gathers for `x` (B, T, H), (N, H); put its keys and values into `memory`."""
        rows, count, _ = x.shape
        heads, width = self._shape.query_heads, self._shape.width
        made = layer.attention_in(x.flatten(0, 1)).float().view(rows, count, -1, width)
        if layer.head_norm is not None:
            made = self._normed_heads(made, layer.head_norm)
        pairs = torch.view_as_complex(made.view(rows, count, -1, width // 2, 2)) * turns
        turned = torch.view_as_real(pairs).flatten(3).transpose(1, 2)  # (B, Q + 2 K, T, W)
        keys, values = memory.put(turned[:, heads:])
        seen = gather(turned[:, :heads].to(keys.dtype), keys, values).transpose(1, 2).reshape(rows * count, -1)
        return layer.attention_out(seen.to(self._dtype))

    def _compiled_layers(self) -> CompiledLlama | None:
        weights = self._weights
        table = table_of([layer.parts() for layer in weights.layers])
        heads = weights.layers[0].head_norm is not None
        return table and CompiledLlama(table, weights.norm.weight, self._shape, normed_heads=heads)

    def _normed_heads(self, made: Tensor, weight: Tensor) -> Tensor:
        turned = weight.shape[0]
        normed = torch.rms_norm(made[:, :, :turned], weight.shape[1:], None, self._shape.epsilon) * weight
        return torch.cat((normed, made[:, :, turned:]), dim=2)

    def _turns(self, state: KVState, count: int) -> Tensor:
        """Return the turn of each new position for every head."""
        table = self._rotation.turns(state.length)
        if state.mask is None:
            turns = table[None, state.length - count : state.length]
        else:
            positions = (state.mask.cumsum(1)[:, -count:] - 1).clamp_(min=0)
            turns = table[positions]
        return self._for_heads(turns)

    def _for_heads(self, turns: Tensor) -> Tensor:
        """Return `turns` (1 or B, T, W / 2) for every head, none for values: (1 or B, T, Q + 2 K, W / 2)."""
        turning, still = self._shape.query_heads + self._shape.key_heads, self._shape.key_heads
        turned = turns[:, :, None].expand(-1, -1, turning, -1)
        return torch.cat((turned, torch.ones_like(turned[:, :, :still])), dim=2)


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
