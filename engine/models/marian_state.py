"""What a Marian decoder has written and what it looks at: the source's keys and values, made once.

Shapes: B rows of the text, S source tokens.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.models.kv_state import KVState

_FIRST_CAPACITY = 32  # positions; a translation is short, and there may be many rows


class MarianState:
    """The memory of B rows over `sources`: keys and values (L, sources, 2 heads, S, W), `mask` (sources, 1, 1, S).

    Selecting rows moves nothing: `places` (B, capacity) int64 says in which row of `written` each position of a row
    lies, `source_of` (B,) int64 at which source it looks. What can only compute with rows in order asks for
    it by `arrange`. `mask` is None where no source is padded.
    """

    def __init__(self, written: KVState, sources: Tensor, mask: Tensor | None) -> None:
        self.written = written
        self.sources = sources
        self.mask = mask
        full = torch.full((sources.shape[1],), sources.shape[3], device=sources.device)
        self.lengths = full if mask is None else mask.sum(dim=3).view(-1)  # tokens of each source that are no padding
        self.source_of = torch.arange(sources.shape[1], device=sources.device)
        self._arranged = self.source_of  # as it was when sources were last put in order
        self.places = self.source_of.new_empty((sources.shape[1], 0))
        self._in_order = True  # whether each row has all its positions in the row of its own number
        self._mixed = False  # whether positions of one row lie in several
        self._grouped = True  # whether each source has as many rows as the others, one source after the other

    @property
    def length(self) -> int:
        """Number of decoder positions held."""
        return self.written.length

    def shared(self, rows: int) -> int:
        """Return how many of `rows` rows each source has, where they are in order."""
        return rows // self.sources.shape[1]

    @torch.inference_mode()
    def extend(self, count: int) -> None:
        """Make room for `count` positions more of every row, which are read into the row of its number."""
        written = self.written
        needed, capacity = written.length + count, written.buffer.shape[3]
        if needed > capacity:
            capacity = max(_FIRST_CAPACITY, 2 * capacity, needed)
            written.move(written.room(capacity))
        missing = capacity - self.places.shape[1]
        if missing > 0:
            fresh = _numbers(self.places)[:, None].expand(-1, missing)
            self.places = torch.cat((self.places, fresh), dim=1)
        written.extend(written.buffer.shape[1], count, None)
        self._mixed = not self._in_order

    @torch.inference_mode()
    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order."""
        self.source_of = self.source_of[rows]
        self.places = self.places[rows]
        self._in_order = self._grouped = False
        if rows.shape[0] > self.written.buffer.shape[1]:
            self._arrange_written()

    @torch.inference_mode()
    def rewind(self, count: int) -> None:
        """Forget the last `count` positions of every row."""
        self.written.rewind(count)

    @torch.inference_mode()
    def arrange(self) -> None:
        """Put every row's positions into the row of its number, and sources where `shared` looks for them."""
        if not self._grouped:
            self._arrange_sources()  # first, since it has to wait for an accelerator
        if not self._in_order:
            self._arrange_written()

    def _arrange_written(self) -> None:
        if self._mixed:
            self.written.gather(self.places[:, : self.length])
        else:
            self.written.select(self.places[:, 0] if self.length else torch.zeros_like(self.source_of))
        self.places[:] = _numbers(self.places)[:, None]
        self._in_order, self._mixed = True, False

    def _arrange_sources(self) -> None:
        # Hypotheses mostly follow those of their own source: what is found out below has then been found out before.
        if torch.equal(self.source_of, self._arranged):
            self._grouped = True
            return
        used, place = torch.unique(self.source_of, return_inverse=True)
        rows, count = place.shape[0], used.shape[0]
        each = torch.arange(count, device=place.device).repeat_interleave(rows // count)
        if rows % count or not torch.equal(place, each):
            used, place = self.source_of, torch.arange(rows, device=place.device)
        if not torch.equal(used, torch.arange(self.sources.shape[1], device=used.device)):
            self.sources, self.lengths = self.sources[:, used], self.lengths[used]
            self.mask = None if self.mask is None else self.mask[used]
        self.source_of = self._arranged = place
        self._grouped = True


def _numbers(rows: Tensor) -> Tensor:
    return torch.arange(rows.shape[0], device=rows.device)
