"""Matrix products on a GPU with weights in 8 and 4 bits, by kernels that torch brings along.

Shapes: M rows, K inputs, N outputs.
"""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.models.linear import GROUP, LARGEST, quantised_groups, quantised_rows

_LEAST_ROWS = 32  # that the product of bytes takes; a step's one row is as fast, since reading the weights decides
_STEP = 16  # K and N have to be multiples of it
_TILES = 8  # of 16 inputs that the 4-bit kernel reads at once


class CudaInt8Linear:
    """Weights in 8 bits, a scale for each row; x is brought to 8 bits as well, a scale for each of its rows."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        """`weight` (N, K) and `bias` (N,) lie on the device."""
        self._outputs, self._padding = weight.shape[0], -weight.shape[1] % _STEP
        codes, self._scales = quantised_rows(weight)
        self._codes = functional.pad(codes, (0, self._padding, 0, -self._outputs % _STEP)).t()
        self._bias = bias

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product, in the type of `x`."""
        sizes = x.abs().amax(dim=1, keepdim=True).float().clamp_(min=1e-12) / LARGEST
        small = functional.pad((x / sizes).round_().to(torch.int8), (0, self._padding, 0, max(0, _LEAST_ROWS - len(x))))
        sums = torch.ops.aten._int_mm(small, self._codes)[: len(x), : self._outputs]
        found = (sums * sizes * self._scales).to(x.dtype)
        return found if self._bias is None else found.add_(self._bias)


class CudaInt4Linear:
    """bfloat16 products with weights in 4 bits, a scale and a middle for every 32 of a row."""

    @staticmethod
    def fits(weight: Tensor) -> bool:
        """Tell whether `weight` (N, K) can be held so."""
        return weight.shape[0] % 8 == 0 and weight.shape[1] % (16 * _TILES) == 0

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        """`weight` (N, K) and `bias` (N,) lie on the device."""
        codes, scales, middles = quantised_groups(weight.float())
        pairs = (codes[:, ::2] << 4 | codes[:, 1::2]).to(torch.uint8)
        self._packed = torch.ops.aten._convert_weight_to_int4pack(pairs, _TILES)
        self._scales = torch.stack((scales, middles), dim=2).transpose(0, 1).contiguous().to(torch.bfloat16)
        self._bias = bias

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product, in the type of `x`."""
        few = x.to(torch.bfloat16).contiguous()
        found = torch.ops.aten._weight_int4pack_mm(few, self._packed, GROUP, self._scales).to(x.dtype)
        return found if self._bias is None else found.add_(self._bias)
