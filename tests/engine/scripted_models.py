"""Decoders without weights whose every answer is known, behind the contract of real ones.

They make the modes above the engine testable exactly: a translator that copies must leave a
document as it is, and a writer that repeats one text must be stopped at the end of its sentences.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from engine.card import ModelCard
from engine.device import choose_device
from engine.models.base import Decoder
from engine.models.loaded import LoadedModel
from engine.tokenizer import TextTokenizer
from tests.engine.tiny_models import BOS, EOS, PAD, tiny_seq2seq


class WrittenRows:
    """The ids that each row has read, and the source it looks at."""

    def __init__(self, ids: list[list[int]], sources: list[list[int]]) -> None:
        self.ids = ids
        self.sources = sources

    @property
    def length(self) -> int:
        return len(self.ids[0])

    def select(self, rows: Tensor) -> None:
        self.ids = [list(self.ids[row]) for row in rows.tolist()]
        self.sources = [self.sources[row] for row in rows.tolist()] if self.sources else []

    def rewind(self, count: int) -> None:
        self.ids = [row[: len(row) - count] for row in self.ids]


class _Scripted:
    device = torch.device("cpu")
    end_ids = frozenset({EOS})
    pad_id = PAD

    def __init__(self, vocab_size: int, context_length: int) -> None:
        self.vocab_size = vocab_size
        self.context_length = context_length

    def prefill(self, ids: Tensor, state: WrittenRows, mask: Tensor | None = None) -> tuple[Tensor, WrittenRows]:
        if not state.ids:
            state.ids = [[] for _ in range(ids.shape[0])]
        for row, new in zip(state.ids, ids.tolist(), strict=True):
            row.extend(new)
        return self._logits(state), state

    def step(self, ids: Tensor, state: WrittenRows) -> tuple[Tensor, WrittenRows]:
        return self.prefill(ids[:, None], state)

    def _logits(self, state: WrittenRows) -> Tensor:
        logits = torch.full((len(state.ids), self.vocab_size), -50.0)
        for row in range(len(state.ids)):
            logits[row, self.next_id(state, row)] = 0.0
        return logits

    def next_id(self, state: WrittenRows, row: int) -> int:
        raise NotImplementedError


class RepeatingWriter(_Scripted):
    """Continue every text with `script`, over and over."""

    start_ids = (BOS,)

    def __init__(self, vocab_size: int, context_length: int, script: list[int]) -> None:
        super().__init__(vocab_size, context_length)
        self._script = script

    def new_state(self, rows: int) -> WrittenRows:
        return WrittenRows([[] for _ in range(rows)], [])

    def next_id(self, state: WrittenRows, row: int) -> int:
        """Return the id that follows the longest end of the text that is a beginning of the script."""
        text, script = state.ids[row], self._script
        known = next((size for size in range(len(script), 0, -1) if text[-size:] == script[:size]), 0)
        return script[known % len(script)]


class TableWriter(_Scripted):
    """Continue every text by a table (T, V, V) of the logits of what follows each id at each position."""

    start_ids = (BOS,)

    def __init__(self, table: Tensor) -> None:
        super().__init__(table.shape[1], len(table))
        self._table = table

    def new_state(self, rows: int) -> WrittenRows:
        return WrittenRows([[] for _ in range(rows)], [])

    def _logits(self, state: WrittenRows) -> Tensor:
        return self._table[state.length - 1, [ids[-1] for ids in state.ids]]


class CopyingTranslator(_Scripted):
    """Answer with the source itself."""

    start_ids = (PAD,)

    def __init__(self, vocab_size: int, context_length: int) -> None:
        super().__init__(vocab_size, context_length)
        self.source_length = context_length

    def new_state(self, rows: int) -> WrittenRows:
        raise ValueError("needs a source")

    def encode(self, source: Tensor, mask: Tensor) -> WrittenRows:
        rows = [ids[kept].tolist() for ids, kept in zip(source, mask, strict=True)]
        return WrittenRows([[] for _ in rows], rows)

    def next_id(self, state: WrittenRows, row: int) -> int:
        place = len(state.ids[row]) - len(self.start_ids)
        source = state.sources[row]
        return source[place] if place < len(source) else EOS


def repeating_writer(
    folder: Path, script: str, context_length: int = 512, card: ModelCard | None = None
) -> LoadedModel:
    """Return a model that continues every text with `script` (its letters must not begin it anew midway)."""
    tokenizer = _tokenizer(folder)
    return _loaded(folder, tokenizer, RepeatingWriter(tokenizer.size, context_length, tokenizer.encode(script)), card)


def copying_translator(folder: Path, card: ModelCard | None = None, context_length: int = 512) -> LoadedModel:
    """Return a model that translates every text into itself."""
    tokenizer = _tokenizer(folder)
    return _loaded(folder, tokenizer, CopyingTranslator(tokenizer.size, context_length), card)


def _tokenizer(folder: Path) -> TextTokenizer:
    if not (folder / "tokenizer.json").exists():
        tiny_seq2seq(folder, "marian")
    return TextTokenizer(folder)


def _loaded(folder: Path, tokenizer: TextTokenizer, decoder: Decoder, card: ModelCard | None) -> LoadedModel:
    return LoadedModel("scripted", folder, decoder, tokenizer, card, choose_device("cpu"))
