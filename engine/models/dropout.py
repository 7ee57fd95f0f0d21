"""Dropout (Srivastava et al. 2014) that costs little on a CPU."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    """Drop a share of what passes in training, by `dropout`."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, hidden: Tensor) -> Tensor:
        """Return `hidden`, in training with a share of its elements zero."""
        return dropout(hidden, self.share) if self.training else hidden


def dropout(hidden: Tensor, share: float) -> Tensor:
    """Return `hidden` with about `share` of its elements zero, in steps of 1/256, and the others scaled up.

    On a CPU a random byte per element costs a fraction of what PyTorch's random numbers do.
    """
    if not share:
        return hidden
    if hidden.device.type != "cpu":
        return nn.functional.dropout(hidden, share)
    words = torch.empty((hidden.numel() + 7) // 8, dtype=torch.int64, device=hidden.device).random_(-(2**63), None)
    dropped = round(share * 256)
    kept = words.view(torch.uint8)[: hidden.numel()].view_as(hidden) >= dropped
    return hidden * kept.to(hidden.dtype).mul_(256 / (256 - dropped))
