"""Rotary position embedding (Su et al. 2021, "RoFormer", section 3.2) as a product of complex numbers.

Checkpoints pair dimension i of a head with i + width / 2. Here the two stand side by side, so that
a head is width / 2 complex numbers and its rotation one product; `paired` reorders the rows of the
weights that make queries and keys accordingly, and scalar products between them stay the same.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.models.stretching import PLAIN, Stretching


class Rotation:
    """The turn of every dimension pair at every position: a table that grows as positions are asked for."""

    def __init__(self, width: int, theta: float, device: torch.device, stretching: Stretching = PLAIN) -> None:
        self._frequencies = stretching.frequencies(width, theta).to(device)
        self._length = stretching.length  # of every turn: queries and keys grow by it
        self._turns = torch.empty((0, width // 2), dtype=torch.complex64, device=device)

    def turns(self, end: int) -> Tensor:
        """Return e^(i position frequency), scaled as stretching asks, (at least `end`, width / 2) complex."""
        if end > self._turns.shape[0]:
            positions = torch.arange(max(end, 2 * self._turns.shape[0]), device=self._frequencies.device)
            angles = positions[:, None].float() * self._frequencies
            self._turns = torch.complex(angles.cos() * self._length, angles.sin() * self._length)
        return self._turns


def paired(weight: Tensor, heads: int) -> Tensor:
    """Reorder the rows of `weight` (heads * width, ...) so that the two dimensions that turn together are adjacent."""
    width = weight.shape[0] // heads
    return weight.view(heads, 2, width // 2, *weight.shape[1:]).transpose(1, 2).reshape(weight.shape)
