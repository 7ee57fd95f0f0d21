"""LSTM and GRU encoder-decoders with attention, input feeding and copying."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from engine.checkpoint import END_ID, PAD_ID, load_tensors
from engine.device import Device
from engine.errors import ModelError
from engine.models.attention import attend, make_attention
from engine.models.base import DecoderState
from engine.models.cells import Cell, make_cell
from engine.models.dropout import Dropout
from engine.models.encoder import BidirectionalEncoder
from engine.models.recurrent_state import Cells, RecurrentState

MODEL_TYPE = "penwright-recurrent-seq2seq"


@dataclass(frozen=True, slots=True)
class Seq2SeqShape:
    """The shape of a recurrent encoder-decoder, as `config.json` holds it.

    `hidden` is the width of the decoder and of each direction of the encoder. Sources and targets
    share one vocabulary and one table of embeddings; `tied` makes that table the output layer too.
    Raises ValueError for copying without attention, or sizes below 1.
    """

    vocab_size: int
    hidden: int
    embedding: int
    layers: int
    cell: str = "lstm"
    attention: str = "additive"
    input_feeding: bool = True
    copy: bool = False
    tied: bool = True
    dropout: float = 0.0
    context: int = 512

    def __post_init__(self) -> None:
        if self.copy and self.attention == "none":
            raise ValueError("copying needs attention")
        if min(self.vocab_size, self.hidden, self.embedding, self.layers, self.context) < 1:
            raise ValueError("a model needs sizes of at least 1")


@dataclass(frozen=True, slots=True)
class EncodedSource:
    """What the decoder looks at: `memory` (B, S, M), attention `keys` (B, S, Q), `padding` (B, S) of 0 and -inf."""

    memory: Tensor
    keys: Tensor
    padding: Tensor
    ids: Tensor  # (B, S), what may be copied


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a decoder made of T inputs, before the output layer.

    `outputs` (B, T, R); `weights` (B, T, S) of attention and `gates` (B, T), the shares that are not
    copied, are None without attention and without copying.
    """

    outputs: Tensor
    weights: Tensor | None
    gates: Tensor | None


class RecurrentSeq2Seq(nn.Module):
    """An encoder-decoder after Luong et al. 2015: the attentional vector tanh(W [context; state]) makes the output.

    With input feeding (section 3.3) it also joins the next input. Copying mixes the output with the
    attention's own choice of a source word (See et al. 2017, section 2.2).
    """

    def __init__(self, shape: Seq2SeqShape) -> None:
        super().__init__()
        self.shape = shape
        hidden, readout = shape.hidden, shape.embedding if shape.tied else shape.hidden
        self.embedding = nn.Embedding(shape.vocab_size, shape.embedding)
        nn.init.normal_(self.embedding.weight, std=shape.embedding**-0.5)
        self.encoder = BidirectionalEncoder(shape.cell, shape.embedding, hidden, shape.layers, shape.dropout)
        widths = [shape.embedding, *[hidden] * (shape.layers - 1)]
        cells = [make_cell(shape.cell, width, hidden) for width in widths]
        self.cells = nn.ModuleList(cells)
        self.bridge = nn.Linear(2 * hidden, shape.layers * cells[0].states * hidden)
        self.feed = nn.Linear(readout, cells[0].input.out_features, bias=False) if shape.input_feeding else None
        self.attention = make_attention(shape.attention, hidden, 2 * hidden)
        looks = hidden if self.attention is None else 3 * hidden
        self.combine = nn.Linear(looks, readout, bias=False)
        self.gate = nn.Linear(looks + shape.embedding, 1) if shape.copy else None
        self.output = None if shape.tied else nn.Linear(readout, shape.vocab_size, bias=False)
        self.dropout = Dropout(shape.dropout)

    @property
    def layers(self) -> list[Cell]:
        """The cells of the decoder, the lowest first."""
        return list(self.cells)  # pyright: ignore[reportReturnType] (what a ModuleList holds is lost)

    @property
    def output_weight(self) -> Tensor:
        """The output layer (V, R)."""
        return self.embedding.weight if self.output is None else self.output.weight

    def encode(self, source: Tensor, mask: Tensor) -> tuple[EncodedSource, Cells]:
        """Return `source` (B, S) as the decoder looks at it, and the cells it begins with."""
        memory, ends = self.encoder(self.dropout(self.embedding(source)), mask)
        memory = self.dropout(memory)
        keys = memory if self.attention is None else self.attention.keys(memory)
        padding = torch.zeros_like(mask, dtype=memory.dtype).masked_fill(~mask, -torch.inf)
        begun = torch.tanh(self.bridge(ends)).chunk(self.bridge.out_features // self.shape.hidden, dim=1)
        nothing = memory.new_zeros(source.shape[0], self.combine.out_features)
        return EncodedSource(memory, keys, padding, source), (*begun, nothing)

    def decode(self, inputs: Tensor, source: EncodedSource, cells: Cells) -> tuple[Decoded, list[Cells]]:
        """Read `inputs` (B, T), the right words of training or those written, after `cells`.

        Also returns the cells after each of them.
        """
        embedded = self.dropout(self.embedding(inputs))
        projected = self.layers[0].input(embedded)
        after, looks, weights = [], [], []
        for step in range(inputs.shape[1]):
            cells, look, weight = self._step(projected[:, step], cells, source)
            after.append(cells)
            looks.append(look)
            weights.append(weight)
        outputs = self.dropout(torch.stack([one[-1] for one in after], dim=1))
        gates = None
        if self.gate is not None:
            gates = torch.sigmoid(self.gate(torch.cat((torch.stack(looks, dim=1), embedded), dim=2))).squeeze(2)
        return Decoded(outputs, torch.stack(weights, dim=1) if self.attention is not None else None, gates), after

    def _step(self, projected: Tensor, cells: Cells, source: EncodedSource) -> tuple[Cells, Tensor, Tensor | None]:
        """Take one step; return the cells, what the output depends on (B, L), and the attention (B, S)."""
        states = self.layers[0].states
        if self.feed is not None:
            projected = projected + self.feed(cells[-1])
        new: list[Tensor] = []
        for number, cell in enumerate(self.layers):
            gates = projected if number == 0 else cell.input(self.dropout(new[-states]))
            new += cell(gates, cells[number * states : (number + 1) * states])
        look, weights = new[-states], None
        if self.attention is not None:
            context, weights = attend(self.attention.scores(look, source.keys), source.padding, source.memory)
            look = torch.cat((context, look), dim=1)
        return (*new, torch.tanh(self.combine(look))), look, weights

    def logits(self, decoded: Decoded, source: EncodedSource) -> Tensor:
        """Return float32 logits (B, T, V): with copying, the logarithm of the mixed distribution."""
        logits = linear(decoded.outputs, self.output_weight).float()
        if decoded.gates is None or decoded.weights is None:
            return logits
        gates = decoded.gates.float()[:, :, None]
        mixed = torch.softmax(logits, dim=2) * gates
        ids = source.ids[:, None].expand_as(decoded.weights)
        mixed = mixed.scatter_add(2, ids, (1 - gates) * decoded.weights.float())
        return mixed.clamp_min(torch.finfo(mixed.dtype).tiny).log()


class RecurrentSeq2SeqDecoder:
    """Write with a recurrent encoder-decoder while looking at an encoded source."""

    def __init__(self, module: RecurrentSeq2Seq, device: torch.device) -> None:
        self.module = module
        self.device = device
        self.vocab_size = module.shape.vocab_size
        self.context_length = self.source_length = module.shape.context
        self.start_ids: tuple[int, ...] = (PAD_ID,)
        self.end_ids = frozenset({END_ID})
        self.pad_id = PAD_ID

    def new_state(self, rows: int) -> DecoderState:
        """Raise ValueError: there is nothing to write without a source, see `encode`."""
        raise ValueError(f"an encoder-decoder needs a source for its {rows} rows: call encode")

    @torch.inference_mode()
    def encode(self, source: Tensor, mask: Tensor) -> DecoderState:
        """Encode `source` (B, S), `mask` (B, S) bool False on right padding; return an empty state over it."""
        encoded, cells = self.module.encode(source, mask)
        return RecurrentState(cells, tuple(getattr(encoded, entry.name) for entry in fields(encoded)))

    @torch.inference_mode()
    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V) after the last. Raises ValueError for padded rows."""
        assert isinstance(state, RecurrentState)
        if mask is not None and not bool(mask.all()):
            raise ValueError("the rows an encoder-decoder begins with must be equally long")
        source = EncodedSource(*state.fixed)
        decoded, after = self.module.decode(ids, source, state.cells)
        state.extend(after)
        return self.module.logits(_last(decoded), source)[:, 0], state

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id per row, (B,); return logits (B, V)."""
        return self.prefill(ids[:, None], state)

    @torch.inference_mode()
    def attention(self, source: Tensor, written: Tensor) -> Tensor | None:
        """Return how much each of `written` (T,) looked at each of `source` (S,): (T, S), None without attention."""
        encoded, cells = self.module.encode(source[None], torch.ones_like(source[None], dtype=torch.bool))
        inputs = torch.cat((source.new_tensor(self.start_ids), written[:-1]))
        weights = self.module.decode(inputs[None], encoded, cells)[0].weights
        return None if weights is None else weights[0].float()


def _last(decoded: Decoded) -> Decoded:
    """Return the last of the positions alone."""
    parts = (None if part is None else part[:, -1:] for part in (decoded.outputs, decoded.weights, decoded.gates))
    outputs, weights, gates = parts
    assert outputs is not None
    return Decoded(outputs, weights, gates)


def describe(shape: Seq2SeqShape) -> dict[str, Any]:
    """Return what `config.json` says of a model of `shape`."""
    return {"model_type": MODEL_TYPE, "is_encoder_decoder": True, **asdict(shape)}


def load(folder: Path, device: Device) -> RecurrentSeq2SeqDecoder:
    """Return the decoder in `folder`, on `device`. Raises ModelError where it is incomplete or damaged."""
    config, tensors = load_tensors(folder, device.torch_device)
    module = build(config, tensors, folder)
    return RecurrentSeq2SeqDecoder(module.to(device.torch_device, device.dtype).eval(), device.torch_device)


def build(config: dict[str, Any], tensors: dict[str, Tensor], folder: Path) -> RecurrentSeq2Seq:
    """Return the module that `describe` and its tensors make. Raises ModelError, naming `folder`, where they do not."""
    try:
        module = RecurrentSeq2Seq(Seq2SeqShape(**{field.name: config[field.name] for field in fields(Seq2SeqShape)}))
        module.load_state_dict(tensors, strict=True)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"The model in {folder} is incomplete or damaged: restore it or train it again.") from error
    return module
