"""GGUF files through llama.cpp as a `Decoder`: logits per step, rows that are chosen and rewound like any other."""

from __future__ import annotations

import ctypes
import importlib
import os
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.device import Device
from engine.errors import DeviceError, ModelError
from engine.gguf.entry import check_gguf
from engine.gguf.header import read_header
from engine.models.base import DecoderState

_MOST_ROWS = 64
_MOST_CONTEXT = 8192  # tokens; the memory for them is taken when the model is loaded
_BATCH = 512
_END = -1  # of a sequence, to llama.cpp


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
        memory = self.decoder.memory
        taken: set[int] = set()
        chosen = []
        for index in rows.tolist():
            row = self.rows[index]
            if index in taken:
                row = _Row(memory.copy(row.sequence), row.padding)
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
        wide = header.weights == "F32"  # such a file is for comparing, so nothing is rounded
        self.context_length = min(header.number("context_length", 2048), _MOST_CONTEXT)
        self.memory = _Memory(path, 2 * self.context_length + _BATCH, gpu=device.torch_device.type != "cpu", wide=wide)
        self.vocab_size = self.memory.vocab_size
        self.start_ids: tuple[int, ...] = self.memory.start_ids
        self.end_ids = self.memory.end_ids
        self.pad_id = min(self.end_ids, default=0)

    def new_state(self, rows: int) -> DecoderState:
        """Return an empty state for `rows` texts. Raises DeviceError where that are too many at once."""
        return GgufState(self, [_Row(self.memory.take()) for _ in range(rows)])

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
        for begin in range(0, len(ids), _BATCH):
            part = ids[begin : begin + _BATCH]
            last = begin + len(part) == len(ids)
            wanted = [every or (last and number == len(part) - 1) for number in range(len(part))]
            tokens = [(row.sequence, start + begin + number, token) for number, token in enumerate(part)]
            logits = self.memory.decode([(*token, want) for token, want in zip(tokens, wanted, strict=True)])
            found.append(logits)
        return np.concatenate(found)


class _Memory:
    """llama.cpp's model and context, and the numbers of its sequences that are free."""

    def __init__(self, path: Path, cells: int, *, gpu: bool, wide: bool) -> None:
        llama_cpp: Any = importlib.import_module("llama_cpp")  # an extra, which need not be there
        self._lib = llama_cpp
        llama_cpp.llama_log_set(_silence(llama_cpp), ctypes.c_void_p(0))
        settings = llama_cpp.llama_model_default_params()
        settings.n_gpu_layers = 999 if gpu else 0
        model = llama_cpp.llama_model_load_from_file(os.fsencode(path), settings)
        if not model:
            raise ModelError(
                f"The model {path.name} cannot be loaded: llama.cpp does not know its kind. Choose another."
            )
        context = llama_cpp.llama_init_from_model(model, _context_settings(llama_cpp, cells, wide=wide))
        if not context:
            llama_cpp.llama_model_free(model)
            raise DeviceError(f"There is not enough memory for the model {path.name}: choose a smaller one.")
        self._context = context
        self._cells = llama_cpp.llama_get_memory(context)
        self._batch = llama_cpp.llama_batch_init(_BATCH, 0, 1)
        self._free = list(range(_MOST_ROWS))
        vocab = llama_cpp.llama_model_get_vocab(model)
        self.vocab_size: int = llama_cpp.llama_vocab_n_tokens(vocab)
        self.end_ids = frozenset(
            token for token in range(self.vocab_size) if llama_cpp.llama_vocab_is_eog(vocab, token)
        )
        start = llama_cpp.llama_vocab_bos(vocab)
        self.start_ids: tuple[int, ...] = (start,) if start >= 0 else tuple(sorted(self.end_ids))[:1]
        weakref.finalize(self, _close, llama_cpp, self._batch, context, model)

    def take(self) -> int:
        """Return a free sequence. Raises DeviceError where all are in use."""
        if not self._free:
            raise DeviceError("The GGUF model writes too many texts at once: ask for fewer variants or beams.")
        return self._free.pop()

    def release(self, sequence: int) -> None:
        """Forget a sequence and let it be taken again."""
        self._lib.llama_memory_seq_rm(self._cells, sequence, 0, _END)
        self._free.append(sequence)

    def copy(self, sequence: int) -> int:
        """Return a new sequence that shares what `sequence` has read."""
        other = self.take()
        self._lib.llama_memory_seq_cp(self._cells, sequence, other, 0, _END)
        return other

    def cut(self, sequence: int, length: int) -> None:
        """Forget what a sequence read from position `length` on."""
        self._lib.llama_memory_seq_rm(self._cells, sequence, length, _END)

    def decode(self, tokens: list[tuple[int, int, int, bool]]) -> NDArray[np.float32]:
        """Read (sequence, position, id, whether logits are wanted) each; return the logits that are, (N, V)."""
        batch = self._batch
        batch.n_tokens = len(tokens)
        for index, (sequence, position, token, wanted) in enumerate(tokens):
            batch.token[index] = token
            batch.pos[index] = position
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = sequence
            batch.logits[index] = wanted
        status = self._lib.llama_decode(self._context, batch)
        if status:
            raise DeviceError("The memory of the GGUF model is full: ask for fewer or shorter variants.")
        rows = [index for index, token in enumerate(tokens) if token[3]]
        out = np.empty((len(rows), self.vocab_size), np.float32)
        for place, index in enumerate(rows):
            pointer = self._lib.llama_get_logits_ith(self._context, index)
            out[place] = np.ctypeslib.as_array(pointer, shape=(self.vocab_size,))
        return out


def load(path: Path, device: Device) -> GgufDecoder:
    """Return the model in the GGUF file at `path`.

    Raises ModelError where it is damaged or its extra is not installed; DeviceError when memory does not suffice.
    """
    check_gguf(path)
    return GgufDecoder(path, device)


def _context_settings(lib: Any, cells: int, *, wide: bool) -> Any:
    settings = lib.llama_context_default_params()
    settings.n_ctx = cells
    settings.n_batch = settings.n_ubatch = _BATCH
    settings.n_seq_max = _MOST_ROWS
    settings.kv_unified = True  # rows with a common beginning share it
    settings.n_threads = settings.n_threads_batch = os.cpu_count() or 1
    if wide:
        settings.type_k = settings.type_v = lib.GGML_TYPE_F32
        settings.flash_attn_type = lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
    return settings


def _release(memory: _Memory, rows: list[_Row]) -> None:
    for row in rows:
        memory.release(row.sequence)


def _close(lib: Any, batch: Any, context: Any, model: Any) -> None:
    lib.llama_batch_free(batch)
    lib.llama_free(context)
    lib.llama_model_free(model)


_KEPT: list[Any] = []  # llama.cpp calls it for as long as the process lives


def _silence(lib: Any) -> Any:
    """Return a callback that drops what llama.cpp prints."""
    if not _KEPT:
        _KEPT.append(lib.llama_log_callback(lambda _level, _text, _data: None))
    return _KEPT[0]
