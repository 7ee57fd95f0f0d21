"""LSTM and GRU language models.

Shapes: B rows, T tokens, V vocabulary, E embedding, H hidden width, L layers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.checkpoint import END_ID, PAD_ID, load_tensors
from engine.device import Device
from engine.errors import ModelError
from engine.models.base import DecoderState
from engine.models.dropout import Dropout
from engine.models.recurrent_state import Cells, RecurrentState

MODEL_TYPE = "penwright-recurrent"
CONTEXT = 8192  # tokens: states are kept for each position, so that a text can be taken back


@dataclass(frozen=True, slots=True)
class RecurrentShape:
    """What `config.json` holds; `suppressed` ids are scored but never written, such as an unknown word's."""

    vocab_size: int
    embedding: int
    hidden: int
    layers: int = 1
    cell: str = "lstm"
    tied: bool = False
    suppressed: tuple[int, ...] = ()


class RecurrentLM(nn.Module):
    """Embedding, `layers` of LSTMs (Hochreiter and Schmidhuber 1997) or GRUs (Cho et al. 2014), and a softmax layer.

    In training, dropout is applied to what enters and leaves each layer, never from one step to the
    next (Zaremba et al. 2014). A `tied` model reads and predicts with the same matrix (Press and
    Wolf 2017) and needs E = H; ValueError otherwise. A state is (h, c) of an LSTM or (h,) of a GRU, (L, B, H) each.
    """

    def __init__(
        self,
        vocab_size: int,
        embedding: int = 32,
        hidden: int = 32,
        layers: int = 1,
        cell: str = "lstm",
        dropout: float = 0.0,
        *,
        tied: bool = False,
    ) -> None:
        super().__init__()
        if tied and embedding != hidden:
            raise ValueError(
                f"tied weights need an embedding as wide as the hidden layer, not {embedding} and {hidden}"
            )
        self.shape = RecurrentShape(vocab_size, embedding, hidden, layers, cell, tied)
        self.embedding = nn.Embedding(vocab_size, embedding)
        self.rnn = (nn.LSTM if cell == "lstm" else nn.GRU)(
            embedding, hidden, layers, batch_first=True, dropout=dropout if layers > 1 else 0.0
        )
        self.dropout = Dropout(dropout)
        self.output = nn.Linear(hidden, vocab_size)
        if tied:
            self.output.weight = self.embedding.weight

    def hidden(self, ids: Tensor, state: Cells | None = None) -> tuple[Tensor, Cells]:
        """Read `ids` (B, T) from `state`, zeros if None; return the last layer (B, T, H) and the new state."""
        inputs = self.dropout(self.embedding(ids))
        before: Any = state if state is None or isinstance(self.rnn, nn.LSTM) else state[0]
        outputs, after = self.rnn(inputs, before)
        return self.dropout(outputs), after if isinstance(after, tuple) else (after,)

    def head(self) -> tuple[Tensor, Tensor]:
        """Return weight (V, H) and bias (V,) of the softmax layer."""
        return self.output.weight, self.output.bias

    def new_state(self, rows: int) -> Cells:
        """Return the zero state of `rows` texts."""
        weight = self.output.weight
        zeros = weight.new_zeros((self.shape.layers, rows, self.shape.hidden))
        return (zeros, zeros.clone()) if self.shape.cell == "lstm" else (zeros,)


class RecurrentDecoder:
    """A recurrent language model behind the one search."""

    def __init__(self, model: RecurrentLM, suppressed: tuple[int, ...] = ()) -> None:
        self._model = model
        self._suppressed = list(suppressed)
        self.vocab_size = model.shape.vocab_size
        self.context_length = CONTEXT
        self.device = model.output.weight.device
        self.start_ids: tuple[int, ...] = (END_ID,)  # a text follows the end of another
        self.end_ids = frozenset({END_ID})
        self.pad_id = PAD_ID

    def new_state(self, rows: int) -> DecoderState:
        """Return the state of `rows` texts of which nothing is read."""
        return RecurrentState(_rows_first(self._model.new_state(rows)))

    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V) after the last. `mask` (B, T) is False on left padding."""
        return self._writable(self._read(ids, state, mask)[:, -1]), state

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id per row, (B,); return logits (B, V)."""
        return self.prefill(ids[:, None], state)

    def hidden(
        self, ids: Tensor, state: DecoderState, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V), the last layer (B, T, H), and the state."""
        outputs = self._read(ids, state, mask)
        return self._writable(outputs[:, -1]), outputs.float(), state

    def all_logits(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, T, V) after every one of them, with no id suppressed."""
        return self._logits(self._read(ids, state, None)), state

    @torch.inference_mode()
    def _read(self, ids: Tensor, state: DecoderState, mask: Tensor | None) -> Tensor:
        """Return the last layer (B, T, H); padding leaves a row's cells as they were."""
        assert isinstance(state, RecurrentState)
        cells, outputs, positions = _layers_first(state.cells), [], []
        for place in range(ids.shape[1]):
            output, after = self._model.hidden(ids[:, place : place + 1], cells)
            if mask is not None:
                real = mask[:, place, None]
                after = tuple(torch.where(real, new, old) for new, old in zip(after, cells, strict=True))
            cells = after
            outputs.append(output)
            positions.append(_rows_first(cells))
        state.extend(positions)
        return torch.cat(outputs, dim=1)

    @torch.inference_mode()
    def _logits(self, outputs: Tensor) -> Tensor:
        return nn.functional.linear(outputs, *self._model.head()).float()

    @torch.inference_mode()
    def _writable(self, outputs: Tensor) -> Tensor:
        logits = self._logits(outputs)
        logits[:, self._suppressed] = -torch.inf
        return logits


def _rows_first(cells: Cells) -> Cells:
    return tuple(cell.transpose(0, 1) for cell in cells)


def _layers_first(cells: Cells) -> Cells:
    return tuple(cell.transpose(0, 1).contiguous() for cell in cells)


def config_of(shape: RecurrentShape) -> dict[str, Any]:
    """Return the `config.json` of a model of this shape."""
    return {"model_type": MODEL_TYPE, **asdict(shape)}


def load_weights(model: RecurrentLM, tensors: dict[str, Tensor]) -> None:
    """Copy what was saved into `model`. Raises RuntimeError where the shapes differ."""
    if model.shape.tied:
        tensors = {**tensors, "output.weight": tensors.get("embedding.weight", torch.empty(0))}
    model.load_state_dict(tensors)


def load(folder: Path, device: Device) -> RecurrentDecoder:
    """Return the decoder in `folder` on `device`. Raises ModelError where it is incomplete or damaged."""
    config, tensors = load_tensors(folder, device.torch_device)
    try:
        shape = RecurrentShape(**{name: config[name] for name in RecurrentShape.__dataclass_fields__})
        sizes = (shape.vocab_size, shape.embedding, shape.hidden, shape.layers)
        model = RecurrentLM(*sizes, shape.cell, tied=shape.tied).to(device.torch_device)
        load_weights(model, tensors)
        suppressed = tuple(range(shape.vocab_size)[index] for index in shape.suppressed)
    except (KeyError, IndexError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(f"The model in {folder} is incomplete or damaged: restore it or train it again.") from error
    return RecurrentDecoder(model.to(device.dtype).eval(), suppressed)
