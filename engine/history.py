"""What every row of a search has read and written, as one tensor."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

PADDING = -1  # no token has this id, so padding never takes part in a penalty


class TokenHistory:
    """Hold the ids of B rows, right-aligned; shorter rows begin with `PADDING`.

    Room is doubled when full, so that adding a token copies nothing.
    """

    def __init__(self, rows: Sequence[Sequence[int]], device: torch.device | None = None) -> None:
        width = max(len(row) for row in rows)
        padded = [[PADDING] * (width - len(row)) + list(row) for row in rows]
        self._buffer = torch.tensor(padded, dtype=torch.int64, device=device).reshape(len(rows), width)
        self._length = width

    @property
    def ids(self) -> Tensor:
        """All ids, (B, T) int64."""
        return self._buffer[:, : self._length]

    @property
    def length(self) -> int:
        """Number of columns, padding included."""
        return self._length

    @torch.inference_mode()
    def append(self, ids: Tensor) -> None:
        """Add one id to every row: `ids` (B,)."""
        if self._length == self._buffer.shape[1]:
            self._buffer = torch.cat((self._buffer, torch.empty_like(self._buffer)), dim=1)
        self._buffer[:, self._length] = ids
        self._length += 1

    @torch.inference_mode()
    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order."""
        self._buffer = self._buffer[rows]

    def rewind(self, count: int) -> None:
        """Forget the last `count` ids of every row."""
        self._length -= count

    def row(self, index: int, start: int = 0) -> list[int]:
        """Return the ids of one row from column `start` on, without padding."""
        return [token for token in self._buffer[index, start : self._length].tolist() if token != PADDING]
