"""One step of an LSTM or a GRU, with what its input contributes worked out beforehand for all steps."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LSTMCell(nn.Module):
    """Long short-term memory (Hochreiter and Schmidhuber 1997; forget gates, Gers et al. 2000)."""

    states = 2

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.input = nn.Linear(inputs, 4 * hidden)
        self.hidden = nn.Linear(hidden, 4 * hidden, bias=False)
        with torch.no_grad():
            self.input.bias[hidden : 2 * hidden] = 1.0  # remembers at first (Jozefowicz et al. 2015)

    def forward(self, projected: Tensor, cells: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Return (h, c) after `projected` (B, 4H), the input's part of the gates, and `cells` (h, c) before it."""
        hidden, memory = cells
        enter, forget, candidate, leave = (projected + self.hidden(hidden)).chunk(4, dim=1)
        memory = torch.sigmoid(forget) * memory + torch.sigmoid(enter) * torch.tanh(candidate)
        return torch.sigmoid(leave) * torch.tanh(memory), memory


class GRUCell(nn.Module):
    """Gated recurrent unit (Cho et al. 2014), its reset gate after the product as cuDNN has it."""

    states = 1

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.input = nn.Linear(inputs, 3 * hidden)
        self.hidden = nn.Linear(hidden, 3 * hidden)

    def forward(self, projected: Tensor, cells: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Return (h,) after `projected` (B, 3H), the input's part of the gates, and `cells` (h,) before it."""
        (hidden,) = cells
        width = 2 * hidden.shape[1]
        own = self.hidden(hidden)
        reset, update = torch.sigmoid(projected[:, :width] + own[:, :width]).chunk(2, dim=1)
        candidate = torch.tanh(projected[:, width:] + reset * own[:, width:])
        return (torch.lerp(candidate, hidden, update),)


Cell = LSTMCell | GRUCell


def make_cell(kind: str, inputs: int, hidden: int) -> Cell:
    """Return a cell of `kind`, "lstm" or "gru". Raises ValueError for another."""
    if kind not in ("lstm", "gru"):
        raise ValueError(f'unknown cell "{kind}"')
    return LSTMCell(inputs, hidden) if kind == "lstm" else GRUCell(inputs, hidden)
