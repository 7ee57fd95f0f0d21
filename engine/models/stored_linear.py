"""Products with weights that are stored small and unpacked for each of them: for devices that lack kernels for it.

This saves memory, not time: what is unpacked is written and read once more.
"""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.models.linear import GROUP, quantised_groups, quantised_rows


class Stored8Linear:
    """Weights in 8 bits with a scale for each row, on the device of the weights given."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._codes, scales = quantised_rows(weight)
        self._scales, self._bias = scales.to(weight.dtype), bias

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product of `x` (M, K), in its type."""
        found = functional.linear(x, self._codes.to(x.dtype)).mul_(self._scales)
        return found if self._bias is None else found.add_(self._bias)


class Stored4Linear:
    """Weights in 4 bits with a scale and a middle for every 32 of a row; `fits` tells which can be held so."""

    @staticmethod
    def fits(weight: Tensor) -> bool:
        """Tell whether the rows of `weight` (N, K) are whole groups."""
        return weight.shape[1] % GROUP == 0

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        codes, scales, middles = quantised_groups(weight.float())
        pairs = codes.to(torch.uint8).view(weight.shape[0], -1, 2)
        self._codes = pairs[..., 0] | pairs[..., 1] << 4
        self._scales, self._middles = scales[..., None].to(weight.dtype), middles[..., None].to(weight.dtype)
        self._shape, self._bias = weight.shape, bias

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product of `x` (M, K), in its type."""
        codes = torch.stack((self._codes & 15, self._codes >> 4), dim=2).view(self._shape[0], -1, GROUP)
        weight = torch.addcmul(self._middles, codes.to(x.dtype).sub_(8), self._scales).view(self._shape)
        return functional.linear(x, weight, self._bias)


def stored_in_4_bits(weight: Tensor, bias: Tensor | None) -> Stored4Linear | Stored8Linear:
    """Return the product with `weight` (N, K) in 4 bits, in 8 where its rows are no whole groups."""
    return Stored4Linear(weight, bias) if Stored4Linear.fits(weight) else Stored8Linear(weight, bias)
