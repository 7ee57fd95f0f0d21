"""The Marian family (OPUS-MT, our own translators) as a `Seq2SeqDecoder`: an encoder reads, a decoder writes.

Every layer adds what attention gathers to each vector and normalises, then what two matrices with an
activation between them make of it (Vaswani et al. 2017, section 3). A decoder layer also looks at the source in
between, whose keys and values are made once.

Shapes: B rows, T new tokens, S source tokens, N = B * T, H hidden width, W width of a head.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.device import Device
from engine.models.base import DecoderState
from engine.models.captured import Read, Reading, Record, record_on
from engine.models.captured_marian import CapturedSteps, FixedSources
from engine.models.compiled_layers import Compiled, CompiledMarian, table_of
from engine.models.formats import choose_format
from engine.models.kv_state import KVState, Memory
from engine.models.marian_layers import ACTIVATIONS, CrossLayer, MarianLayer, MarianLoader, MarianShape
from engine.models.marian_state import MarianState
from engine.models.self_attention import attend, attend_biased
from engine.models.weights import Checkpoint

Gather = Callable[[Tensor, Tensor, Tensor], Tensor]  # queries (B, heads, T, W), keys, values: (B, heads, T, W)
Sources = tuple[Tensor, Tensor | None]  # keys and values (L, sources, 2 heads, S, W), what to look at of them


class MarianDecoder:
    """Write while looking at an encoded source."""

    def __init__(
        self, checkpoint: Checkpoint, shape: MarianShape, device: Device, record: Record | None = None
    ) -> None:
        """`record` records steps; None: where that can be done, on CUDA."""
        self.device = device.torch_device
        self.vocab_size = shape.vocab
        self.context_length = self.source_length = shape.context
        self.end_ids = checkpoint.end_ids()
        pad = checkpoint.setting("pad_token_id")
        self.pad_id: int = min(self.end_ids, default=0) if pad is None else pad
        start, forced = checkpoint.setting("decoder_start_token_id"), checkpoint.setting("forced_bos_token_id")
        start = self.pad_id if start is None else start
        self.start_ids: tuple[int, ...] = (start,) if forced is None else (start, forced)
        self._suppressed = checkpoint.suppressed_ids(self.device)
        self._shape = shape
        weights = choose_format(device)
        self.weights = weights.name
        self._dtype = weights.dtype
        # One query at a time, float32 is read faster than bfloat16 on a processor: torch unpacks the latter anew.
        self._attention_dtype = torch.float32 if self.device.type == "cpu" else device.dtype
        self._activation = ACTIVATIONS[shape.activation]
        self._load(MarianLoader(checkpoint, shape, weights, self.device))
        record = record or (record_on(self.device) if self.device.type == "cuda" else None)
        self._captured = record and CapturedSteps(self._read_in_place, shape.context, record)

    @property
    def recorded(self) -> int:
        """How many graphs are kept at present."""
        return self._captured.recorded if self._captured else 0

    @torch.inference_mode()
    def _load(self, loader: MarianLoader) -> None:
        self._reads, self._writes = loader.embedding("encoder"), loader.embedding("decoder")
        self._positions = loader.positions()
        self._encoder = loader.layers("encoder", self._shape.encoder)
        self._decoder = loader.layers("decoder", self._shape.decoder)
        self._head = loader.head()
        table = table_of([layer.parts() for layer in self._decoder])
        head = self._head
        self._compiled = CompiledMarian(table, head, self._shape) if table and isinstance(head, Compiled) else None

    def new_state(self, rows: int) -> DecoderState:
        """Raise ValueError: there is nothing to write without a source, see `encode`."""
        raise ValueError(f"an encoder-decoder needs a source for its {rows} rows: call encode")

    @torch.inference_mode()
    def encode(self, source: Tensor, mask: Tensor) -> DecoderState:
        """Encode `source` (B, S), `mask` (B, S) bool False on right padding; return an empty state over it."""
        rows, count = source.shape
        visible = None if bool(mask.all()) else mask[:, None, None, :]
        x = self._embedded(source, self._reads, self._positions[:count])
        heads = self._shape.encoder.heads
        for layer in self._encoder:
            queries, keys, values = self._split(layer.attention_in(x), rows, heads).chunk(3, dim=1)
            seen = functional.scaled_dot_product_attention(queries, keys, values, visible)
            x = layer.attention_norm(x + layer.attention_out(self._joined(seen)))
            x = self._feed(layer, x)
        heads = self._shape.decoder.heads
        sources = [self._split(layer.cross.source(x), rows, heads) for layer in self._decoder if layer.cross]
        shape = (self._shape.decoder.layers, rows, heads, self._shape.hidden // heads)
        written = KVState(shape, self._attention_dtype, self.device)
        return MarianState(written, torch.stack(sources), visible)

    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V) after the last. Raises ValueError for padded rows."""
        return self.hidden(ids, state, mask)[0], state

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id per row, (B,); return logits (B, V)."""
        assert isinstance(state, MarianState)
        captured = self._captured.step(ids, state) if self._captured else None
        if captured is not None:
            return self._allowed(captured), state
        if self._compiled is None or len(ids) > self._compiled.most:
            return self._logits(self._read(ids[:, None], state)), state
        return self._allowed(self._compiled.logits(self._extended(ids[:, None], state), state)), state

    def hidden(
        self, ids: Tensor, state: DecoderState, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V), the last hidden layer (B, T, H), and the state."""
        if mask is not None and not bool(mask.all()):
            raise ValueError("the rows an encoder-decoder begins with must be equally long")
        hidden = self._read(ids, state).view(*ids.shape, -1)
        return self._logits(hidden[:, -1]), hidden.float(), state

    @torch.inference_mode()
    def cross_attention(self, source: Tensor, ids: Tensor) -> Tensor:
        """Return how each layer and head looks at `source` (S,) while it reads `ids` (T,): (L, heads, T, S)."""
        state = self.encode(source[None], torch.ones_like(source[None], dtype=torch.bool))
        looks: list[Tensor] = []
        self._read(ids[None], state, looks)
        return torch.stack(looks)

    @torch.inference_mode()
    def _logits(self, hidden: Tensor) -> Tensor:
        """Return the logits (N, V) of `hidden` (N, H)."""
        return self._allowed(self._head(hidden).float())

    @torch.inference_mode()
    def _allowed(self, logits: Tensor) -> Tensor:
        """Return `logits` (N, V), -inf where the model must not write; they are used up."""
        return logits if self._suppressed is None else logits.index_fill_(1, self._suppressed, -torch.inf)

    @torch.inference_mode()
    def _read(self, ids: Tensor, state: DecoderState, looks: list[Tensor] | None = None) -> Tensor:
        """Read `ids` (B, T); return the vectors (N, H) after the last layer. `looks` takes the layers' weights of the
        source, (heads, T, S), where the one row's are wanted.
        """
        assert isinstance(state, MarianState)
        rows, count = ids.shape
        if self._compiled is not None and looks is None and rows * count <= self._compiled.most:
            return self._compiled.read(self._extended(ids, state), state)
        state.arrange()
        x = self._begun(ids, state)
        memories, sources = state.written.layers(count), (state.sources, state.mask)
        return self._pass(x, rows, memories, sources, _attend_written, looks)

    def _read_in_place(self, reading: Reading[FixedSources]) -> Read:
        """Read what lies at addresses that stay, whatever its positions: for `CapturedSteps`."""
        shape, sources = (*reading.ids.shape, -1), reading.beside
        x = self._embedded(reading.ids, self._writes, self._positions.index_select(0, reading.positions))
        gather = partial(attend_biased, bias=reading.bias())
        hidden = self._pass(x, len(reading.ids), reading.memories(), (sources.held, sources.bias), gather)
        return hidden.view(shape), self._head(hidden).view(shape)

    def _pass(
        self,
        x: Tensor,
        rows: int,
        memories: Sequence[Memory],
        sources: Sources,
        gather: Gather,
        looks: list[Tensor] | None = None,
    ) -> Tensor:
        """Return what all layers make of the vectors `x` (N, H) of the new tokens of `rows` rows."""
        heads, (held, mask) = self._shape.decoder.heads, sources
        for layer, memory, source in zip(self._decoder, memories, held, strict=True):
            made = self._split(layer.attention_in(x), rows, heads)
            seen = gather(made[:, :heads], *memory.put(made[:, heads:]))
            x = layer.attention_norm(x + layer.attention_out(self._joined(seen)))
            if layer.cross:
                x = self._look(layer.cross, x, (source, mask), looks)
            x = self._feed(layer, x)
        return x

    @torch.inference_mode()
    def _extended(self, ids: Tensor, state: MarianState) -> Tensor:
        """Make room in `state` for `ids` (B, T); return their vectors (N, H) for compiled layers."""
        return self._begun(ids, state).float()

    def _begun(self, ids: Tensor, state: MarianState) -> Tensor:
        start = state.length
        state.extend(ids.shape[1])
        return self._embedded(ids, self._writes, self._positions[start : state.length])

    def _look(self, layer: CrossLayer, x: Tensor, sources: Sources, looks: list[Tensor] | None) -> Tensor:
        """Return `x` (N, H) after it has looked at the `sources` of this layer (sources, 2 heads, S, W)."""
        source, mask = sources
        keys, values = source.chunk(2, dim=1)
        count, heads = keys.shape[:2]
        # The rows of one source ask together, as if they were one row of more tokens.
        queries = self._split(layer.query(x), count, heads)
        if looks is not None:
            shares = queries[0] @ keys[0].transpose(1, 2) / keys.shape[3] ** 0.5
            looks.append(shares.float().softmax(dim=2))
        seen = functional.scaled_dot_product_attention(queries, keys, values, mask)
        return layer.norm(x + layer.out(self._joined(seen)))

    def _feed(self, layer: MarianLayer, x: Tensor) -> Tensor:
        return layer.feed_norm(x + layer.feed_out(self._activation(layer.feed_in(x))))

    def _embedded(self, ids: Tensor, vectors: Tensor, positions: Tensor) -> Tensor:
        """Return the vectors (N, H) of `ids` (B, T) with those of their `positions` (T, H)."""
        words = functional.embedding(ids, vectors).to(self._dtype)
        return torch.add(positions, words, alpha=self._shape.scale).view(ids.numel(), -1)

    def _split(self, x: Tensor, rows: int, heads: int) -> Tensor:
        """Return `x` (N, parts * H) by heads: (B, parts * heads, T, W)."""
        width = self._shape.hidden // heads
        return x.to(self._attention_dtype).view(rows, len(x) // rows, -1, width).transpose(1, 2)

    def _joined(self, seen: Tensor) -> Tensor:
        """Return `seen` (B, heads, T, W) as (N, H)."""
        return seen.transpose(1, 2).reshape(-1, self._shape.hidden).to(self._dtype)


def _attend_written(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    if queries.shape[2] == 1:
        return functional.scaled_dot_product_attention(queries, keys, values)
    return attend(queries, keys, values, None)


def supports(config: dict[str, Any]) -> bool:
    """Tell whether a model with this `config.json` is of the family, in every part."""
    return MarianShape.of(config) is not None


def load(folder: Path, device: Device) -> MarianDecoder:
    """Return the decoder in `folder`, on `device`.

    Raises ModelError for a folder that is incomplete, damaged or without safetensors weights, ValueError
    for a model that `supports` does not know.
    """
    checkpoint = Checkpoint(folder)
    shape = MarianShape.of(checkpoint.config)
    if shape is None:
        raise ValueError(f"the model in {folder} is not of the Marian family")
    return MarianDecoder(checkpoint, shape, device)
