"""GGUF files through llama.cpp as a `Decoder`: logits per step, rows that are chosen and rewound like any other."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.device import Device
from engine.gguf.cells import BATCH, cells_of
from engine.gguf.entry import check_gguf
from engine.gguf.header import read_header
from engine.gguf.memory import GgufMemory
from engine.gguf.tokens import check_tokens
from engine.models.base import DecoderState


@dataclass(slots=True)
class _Row:
    """A sequence of llama.cpp's: its number, and how many positions of padding stand before it."""

    sequence: int
    padding: int = 0


@dataclass(eq=False)  # no slots: it is watched for its end
class GgufState:
    """What the decoder has read, as sequences in llama.cpp's memory, which are given back with the state."""

    decoder: GgufDecoder
    rows: list[_Row]
    length: int = 0
    _finalizer: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._finalizer = weakref.finalize(self, _release, self.decoder.memory, self.rows)

    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order; a row that occurs again shares what it has read."""
        memory, wanted = self.decoder.memory, rows.tolist()
        taken: set[int] = set()
        copies = memory.take(len(wanted) - len(set(wanted)))
        chosen = []
        for index in wanted:
            row = self.rows[index]
            if index in taken:
                row = _Row(copies.pop(), row.padding)
                memory.copy(self.rows[index].sequence, row.sequence)
            taken.add(index)
            chosen.append(row)
        for index, row in enumerate(self.rows):
            if index not in taken:
                memory.release(row.sequence)
        self.rows[:] = chosen

    def rewind(self, count: int) -> None:
        """Forget the last `count` positions of every row. Raises ValueError when there are fewer."""
        if not 0 <= count <= self.length:
            raise ValueError(f"cannot rewind {count} of {self.length} positions")
        self.length -= count
        for row in self.rows:
            self.decoder.memory.cut(row.sequence, max(0, self.length - row.padding))


class GgufDecoder:
    """Read and continue rows with a model in a GGUF file."""

    def __init__(self, path: Path, device: Device) -> None:
        header = read_header(path)
        self.weights = header.weights
        self.device = torch.device("cpu")  # of the logits; llama.cpp decides for its own
        cells = cells_of(header, device.context)
        self.context_length = cells.context
        self.memory = GgufMemory(path, cells, gpu=device.torch_device.type != "cpu")
        self.vocab_size = self.memory.vocab_size
        self.start_ids: tuple[int, ...] = self.memory.start_ids
        self.end_ids = self.memory.end_ids
        self.pad_id = min(self.end_ids, default=0)

    def new_state(self, rows: int) -> DecoderState:
        """Return an empty state for `rows` texts. Raises DeviceError where that are too many at once."""
        return GgufState(self, [_Row(sequence) for sequence in self.memory.take(rows)])

    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T); return logits (B, V) after the last. `mask` (B, T) is False on left padding."""
        assert isinstance(state, GgufState)
        logits = [self._read(row, state.length, part)[-1] for row, part in self._parts(ids, state, mask)]
        state.length += ids.shape[1]
        return torch.from_numpy(np.stack(logits)), state

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id per row, (B,); return logits (B, V)."""
        assert isinstance(state, GgufState)
        places = [state.length - row.padding for row in state.rows]
        tokens = [
            (row.sequence, place, token) for row, place, token in zip(state.rows, places, ids.tolist(), strict=True)
        ]
        logits = self.memory.decode([(*token, True) for token in tokens])
        state.length += 1
        return torch.from_numpy(logits), state

    def all_logits(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T) after what `state` holds; return logits (B, T, V) after every one of them."""
        assert isinstance(state, GgufState)
        rows = [self._read(row, state.length, part, every=True) for row, part in self._parts(ids, state, None)]
        state.length += ids.shape[1]
        return torch.from_numpy(np.stack(rows)), state

    def _parts(self, ids: Tensor, state: GgufState, mask: Tensor | None) -> list[tuple[_Row, list[int]]]:
        """Return the ids of each row without its padding, which is noted."""
        parts = []
        for number, (row, line) in enumerate(zip(state.rows, ids.tolist(), strict=True)):
            hidden = 0 if mask is None else int((~mask[number].bool()).sum())
            row.padding += hidden
            parts.append((row, line[hidden:]))
        return parts

    def _read(self, row: _Row, length: int, ids: list[int], *, every: bool = False) -> NDArray[np.float32]:
        """Read the ids of one row, in batches; return logits after the last of them, or after every one, (N, V)."""
        if not ids:  # all of this piece was padding
            return np.zeros((1, self.vocab_size), np.float32)
        found = []
        start = max(0, length - (row.padding if length else 0))
        for begin in range(0, len(ids), BATCH):
            part = ids[begin : begin + BATCH]
            last = begin + len(part) == len(ids)
            wanted = [every or (last and number == len(part) - 1) for number in range(len(part))]
            tokens = [(row.sequence, start + begin + number, token) for number, token in enumerate(part)]
            logits = self.memory.decode([(*token, want) for token, want in zip(tokens, wanted, strict=True)])
            found.append(logits)
        return np.concatenate(found)


def load(path: Path, device: Device) -> GgufDecoder:
    """Return the model in the GGUF file at `path`.

    Raises ModelError where it is damaged or its extra is not installed; DeviceError when memory does not suffice.
    """
    check_gguf(path)
    check_tokens(path)
    return GgufDecoder(path, device)


def _release(memory: GgufMemory, rows: list[_Row]) -> None:
    for row in rows:
        memory.release(row.sequence)
