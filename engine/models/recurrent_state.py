"""What a recurrent decoder remembers: its cells after every position, so that it can go back."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

Cells = tuple[Tensor, ...]


class RecurrentState:
    """Hold the cells of B rows, any tensors with the rows first: (B, ...).

    A cell cannot unread a token, so those after each position are kept. Choosing rows, which a beam
    search does at every step, moves nothing: each position only notes which row of the position
    before each of its own rows came from. `fixed` are tensors (B, ...) that reading does not
    change, such as an encoded source.
    """

    def __init__(self, cells: Cells, fixed: Cells = ()) -> None:
        self.fixed = fixed
        self._owners = torch.arange(cells[0].shape[0], device=cells[0].device)  # rows of the texts begun with
        self._positions: list[Cells] = [cells]
        self._parents: list[Tensor | None] = []  # None: every row came from the row of its own number
        self._rows: Tensor | None = None  # of the last position

    @property
    def length(self) -> int:
        """Number of positions read, padding included."""
        return len(self._positions) - 1

    @property
    def rows(self) -> int:
        """Number of rows B."""
        return self._owners.shape[0]

    @property
    def cells(self) -> Cells:
        """The cells after the last position, (B, ...) each."""
        last = self._positions[-1]
        return last if self._rows is None else tuple(cell.index_select(0, self._rows) for cell in last)

    def extend(self, positions: Sequence[Cells]) -> None:
        """Note the cells after each of the next positions."""
        for cells in positions:
            self._positions.append(cells)
            self._parents.append(self._rows)
            self._rows = None

    def select(self, rows: Tensor) -> None:
        """Keep `rows` (N,) in that order; `fixed` is only moved when it changes for some row."""
        self._rows = _composed(self._rows, rows)
        owners = self._owners[rows]
        if not torch.equal(owners, self._owners):
            self._owners = owners
            self.fixed = tuple(tensor.index_select(0, rows) for tensor in self.fixed)

    def rewind(self, count: int) -> None:
        """Forget the last `count` positions of every row. Raises ValueError where there are fewer."""
        if not 0 <= count <= self.length:
            raise ValueError(f"cannot rewind {count} of {self.length} positions")
        for _ in range(count):
            self._positions.pop()
            self._rows = _composed(self._parents.pop(), self._rows)


def _composed(first: Tensor | None, then: Tensor | None) -> Tensor | None:
    """Return the rows that `then` chooses among those that `first` chose."""
    if first is None or then is None:
        return then if first is None else first
    return first[then]
