"""A bidirectional LSTM or GRU that reads a whole source."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.models.dropout import Dropout


class BidirectionalEncoder(nn.Module):
    """Read sources in both directions, layer by layer (Schuster and Paliwal 1997; Bahdanau et al. 2015)."""

    def __init__(self, cell: str, inputs: int, hidden: int, layers: int, dropout: float) -> None:
        super().__init__()
        kind = nn.LSTM if cell == "lstm" else nn.GRU
        widths = [inputs, *[2 * hidden] * (layers - 1)]
        self.forwards = nn.ModuleList(kind(width, hidden, batch_first=True) for width in widths)
        self.backwards = nn.ModuleList(kind(width, hidden, batch_first=True) for width in widths)
        self.dropout = Dropout(dropout)

    def forward(self, embedded: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return the memory (B, S, 2H) and its ends (B, 2H): what each direction knew at its last word.

        embedded: (B, S, E), mask: (B, S) bool, False on right padding.
        """
        lengths = mask.sum(dim=1, keepdim=True)
        places = torch.arange(mask.shape[1], device=mask.device).expand_as(mask)
        turned = torch.where(mask, lengths - 1 - places, places)  # padding stays behind when a source is turned round
        outputs, ends = embedded, []
        for number, (forwards, backwards) in enumerate(zip(self.forwards, self.backwards, strict=True)):
            if number:
                outputs = self.dropout(outputs)
            ahead, back = forwards(outputs)[0], backwards(_turn(outputs, turned))[0]
            ends = [_at(ahead, lengths - 1), _at(back, lengths - 1)]
            outputs = torch.cat((ahead, _turn(back, turned)), dim=2)
        return outputs, torch.cat(ends, dim=1)


def _turn(sequence: Tensor, places: Tensor) -> Tensor:
    return sequence.gather(1, places[:, :, None].expand(-1, -1, sequence.shape[2]))


def _at(sequence: Tensor, place: Tensor) -> Tensor:
    return sequence.gather(1, place[:, :, None].expand(-1, -1, sequence.shape[2])).squeeze(1)
