"""What a Marian decoder has written and what it looks at: the source's keys and values, made once."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.models.kv_state import KVState


class MarianState:
    """The memory of B rows over `sources`: keys and values (L, 2, sources, heads, S, width), `mask` (sources, 1, 1, S).

    As long as every source has as many rows as the others, one after the other, they share its keys;
    hypotheses of one source move nothing. `mask` is None where no source is padded.
    """

    def __init__(self, written: KVState, sources: Tensor, mask: Tensor | None) -> None:
        self.written = written
        self.sources = sources
        self.mask = mask
        self._source_of = torch.arange(sources.shape[2], device=sources.device)  # (B,)

    @property
    def length(self) -> int:
        """Number of decoder positions held."""
        return self.written.length

    def shared(self, rows: int) -> int:
        """Return how many of `rows` rows each source has."""
        return rows // self.sources.shape[2]

    def source_lengths(self) -> Tensor:
        """Return how many tokens of each source are no padding, (sources,) int64."""
        if self.mask is None:
            return torch.full(self.sources.shape[2:3], self.sources.shape[4])
        return self.mask.sum(dim=3).view(-1)

    @torch.inference_mode()
    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order."""
        self.written.select(rows)
        wanted = self._source_of[rows]
        if torch.equal(wanted, self._source_of):
            return
        count = self.sources.shape[2]
        if wanted.shape[0] % count == 0:
            each = torch.arange(count, device=wanted.device).repeat_interleave(wanted.shape[0] // count)
            if torch.equal(wanted, each):
                self._source_of = wanted
                return
        self.sources = self.sources[:, :, wanted]
        self.mask = None if self.mask is None else self.mask[wanted]
        self._source_of = torch.arange(wanted.shape[0], device=wanted.device)

    def rewind(self, count: int) -> None:
        """Forget the last `count` positions of every row."""
        self.written.rewind(count)
