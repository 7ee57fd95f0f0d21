"""The contract between every model family and the one search.

Shapes: B rows, T tokens, V vocabulary, H hidden width. Token ids are int64, logits float32,
both on the decoder's device. A decoder holds weights only; everything that grows with the
text lives in its state, so that one decoder serves many texts.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor


class DecoderState(Protocol):
    """What a decoder remembers of the rows it has read."""

    @property
    def length(self) -> int:
        """Number of decoder positions held, padding included."""
        ...

    def select(self, rows: Tensor) -> None:
        """Keep the rows `rows` (N,) int64 in that order; a row may occur several times."""
        ...

    def rewind(self, count: int) -> None:
        """Forget the last `count` positions of every row."""
        ...


@runtime_checkable
class Decoder(Protocol):
    """A model that reads ids and gives logits for the next one."""

    vocab_size: int
    context_length: int
    device: torch.device
    start_ids: tuple[int, ...]  # what an empty text begins with: BOS, or a decoder start id
    end_ids: frozenset[int]  # any of them ends a text
    pad_id: int

    def new_state(self, rows: int) -> DecoderState:
        """Return an empty state for `rows` texts."""
        ...

    def prefill(self, ids: Tensor, state: DecoderState, mask: Tensor | None = None) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T) after what `state` holds; return logits (B, V) after the last one.

        `mask` (B, T) bool is False on left padding. Long prompts come in several calls.
        """
        ...

    def step(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read one id per row, `ids` (B,); return logits (B, V)."""
        ...


@runtime_checkable
class ScoringDecoder(Decoder, Protocol):
    """A decoder that gives the logits after every id it reads."""

    def all_logits(self, ids: Tensor, state: DecoderState) -> tuple[Tensor, DecoderState]:
        """Read `ids` (B, T) after what `state` holds; return logits (B, T, V) after every one of them."""
        ...


@runtime_checkable
class ParallelDecoder(ScoringDecoder, Protocol):
    """A decoder that reads several ids in little more time than one."""

    parallel: bool


@runtime_checkable
class HiddenDecoder(Decoder, Protocol):
    """A decoder that shows its last hidden layer, which contrastive search compares."""

    def hidden(
        self, ids: Tensor, state: DecoderState, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, DecoderState]:
        """Read `ids` (B, T) as `prefill` does; return logits (B, V), hidden (B, T, H), and the state."""
        ...


@runtime_checkable
class Seq2SeqDecoder(Decoder, Protocol):
    """A decoder that writes while looking at an encoded source."""

    source_length: int  # most source tokens it can encode

    def encode(self, source: Tensor, mask: Tensor) -> DecoderState:
        """Encode `source` (B, S), `mask` (B, S) bool False on right padding; return an empty state over it."""
        ...
