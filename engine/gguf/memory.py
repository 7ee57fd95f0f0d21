"""A GGUF file in llama.cpp: its model, its memory, and the sequences in it."""

from __future__ import annotations

import ctypes
import importlib
import os
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import DeviceError, ModelError
from engine.gguf.cells import BATCH, Cells

_MOST_ROWS = 64
_END = -1  # of a sequence, to llama.cpp


class GgufMemory:
    """llama.cpp's model and context, and the numbers of its sequences that are free."""

    def __init__(self, path: Path, cells: Cells, *, gpu: bool) -> None:
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
        context = llama_cpp.llama_init_from_model(model, _context_settings(llama_cpp, cells))
        if not context:
            llama_cpp.llama_model_free(model)
            raise DeviceError(f"There is not enough memory for the model {path.name}: choose a smaller one.")
        self._context = context
        self._cells = llama_cpp.llama_get_memory(context)
        self._batch = llama_cpp.llama_batch_init(BATCH, 0, 1)
        self._free = list(range(_MOST_ROWS))
        vocab = llama_cpp.llama_model_get_vocab(model)
        self.vocab_size: int = llama_cpp.llama_vocab_n_tokens(vocab)
        self.end_ids = frozenset(
            token for token in range(self.vocab_size) if llama_cpp.llama_vocab_is_eog(vocab, token)
        )
        start = llama_cpp.llama_vocab_bos(vocab)
        self.start_ids: tuple[int, ...] = (start,) if start >= 0 else tuple(sorted(self.end_ids))[:1]
        weakref.finalize(self, _close, llama_cpp, self._batch, context, model)

    def take(self, count: int) -> list[int]:
        """Return free sequences. Raises DeviceError where that are too many, and takes none."""
        if count > len(self._free):
            raise DeviceError("The GGUF model writes too many texts at once: ask for fewer variants or beams.")
        return [self._free.pop() for _ in range(count)]

    def release(self, sequence: int) -> None:
        """Forget a sequence and let it be taken again."""
        self._lib.llama_memory_seq_rm(self._cells, sequence, 0, _END)
        self._free.append(sequence)

    def copy(self, sequence: int, other: int) -> None:
        """Have the empty sequence `other` share what `sequence` has read."""
        self._lib.llama_memory_seq_cp(self._cells, sequence, other, 0, _END)

    def cut(self, sequence: int, length: int) -> None:
        """Forget what a sequence read from position `length` on."""
        self._lib.llama_memory_seq_rm(self._cells, sequence, length, _END)

    def decode(self, tokens: list[tuple[int, int, int, bool]]) -> NDArray[np.float32]:
        """Read (sequence, position, id, whether logits are wanted) each; return the logits that are, (N, V)."""
        threads = torch.get_num_threads()  # which engine.threads chooses anew while steps are timed
        self._lib.llama_set_n_threads(self._context, threads, threads)
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


def _context_settings(lib: Any, cells: Cells) -> Any:
    settings = lib.llama_context_default_params()
    settings.n_ctx = cells.count
    settings.n_batch = settings.n_ubatch = BATCH
    settings.n_seq_max = _MOST_ROWS
    settings.kv_unified = True  # rows with a common beginning share it
    if cells.width == 4:
        settings.type_k = settings.type_v = lib.GGML_TYPE_F32
        settings.flash_attn_type = lib.LLAMA_FLASH_ATTN_TYPE_DISABLED
    return settings


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
