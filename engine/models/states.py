"""What transformers models remember of the rows they have read."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache

from engine.models.kv_cache import KVCache


@dataclass(slots=True)
class CausalState:
    """Keys and values of the rows read; `mask` (B, length) is False on left padding, None without any."""

    cache: KVCache
    mask: Tensor | None = None

    @property
    def length(self) -> int:
        """Number of positions held, padding included."""
        return self.cache.length

    def extend(self, ids: Tensor, mask: Tensor | None) -> Tensor | None:
        """Note that `ids` (B, T) come next; return the mask over all of it, or None while nothing is padding."""
        if mask is not None and bool(mask.all()):
            mask = None
        if self.mask is None and mask is None:
            return None
        rows, length = ids.shape
        past = ids.new_ones((rows, self.length), dtype=torch.bool) if self.mask is None else self.mask
        new = past.new_ones((rows, length)) if mask is None else mask.bool()
        self.mask = torch.cat((past, new), dim=1)
        return self.mask

    @torch.inference_mode()
    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order."""
        self.cache.select(rows)
        if self.mask is not None:
            self.mask = self.mask[rows]

    @torch.inference_mode()
    def rewind(self, count: int) -> None:
        """Forget the last `count` positions of every row."""
        self.cache.rewind(count)
        if self.mask is not None:
            self.mask = self.mask[:, : self.cache.length]


@dataclass(slots=True)
class Seq2SeqState:
    """What the decoder has read, and the source it looks at: `encoded` (B, S, H), `mask` (B, S) or None."""

    cache: KVCache
    cross: DynamicCache
    encoded: Tensor
    mask: Tensor | None
    sources: Tensor  # (B,) which source each row looks at: hypotheses of one source share its keys

    @property
    def length(self) -> int:
        """Number of decoder positions held."""
        return self.cache.length

    @torch.inference_mode()
    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order; the source is only moved when it changes for some row."""
        self.cache.select(rows)
        sources = self.sources[rows]
        if torch.equal(sources, self.sources):
            return
        self.sources = sources
        self.encoded = self.encoded[rows]
        self.mask = None if self.mask is None else self.mask[rows]
        for layer in self.cross.layers:
            layer.reorder_cache(rows)  # pyright: ignore

    @torch.inference_mode()
    def rewind(self, count: int) -> None:
        """Forget the last `count` positions of every row."""
        self.cache.rewind(count)
