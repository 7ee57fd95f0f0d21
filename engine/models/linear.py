"""Matrix products with weights that stay as they are, each packed once when a model is loaded."""

from __future__ import annotations

import warnings
from typing import Protocol

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

from engine.compiled.arrays import GROUP

_FEW = 8  # rows up to which 4-bit weights are read as they are; more are a matter of computing, not of reading
LARGEST = 127  # code of a weight in 8 bits
_SHRUNK = (1.0, 0.95, 0.9, 0.85, 0.8)  # shares of a group's range that its 16 levels may span


class Linear(Protocol):
    """x (M, K) -> x Wᵀ + b (M, N)."""

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product."""
        ...


class PlainLinear:
    """Weights as torch keeps them, in the type that is computed in."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._weight, self._bias = weight, bias

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product."""
        return functional.linear(x, self._weight, self._bias)


class PackedLinear:
    """bfloat16 weights in the order in which oneDNN reads them: half the time of the plain product for one row."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), 1)
        self._bias = bias

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product."""
        return torch.ops.mkldnn._linear_pointwise(x, self._weight, self._bias, "none", [], "")


class Int8Linear:
    """Weights in 8 bits, a scale for each row; x is brought to 8 bits as well, a scale for each of its rows.

    `narrow` leaves a bit of x unused, for processors whose sums of products would overflow.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None, *, narrow: bool) -> None:
        scales = (weight.float().abs().amax(dim=1) / 127).clamp_(min=1e-12)
        zeros = torch.zeros_like(scales, dtype=torch.int64)
        with warnings.catch_warnings():  # such tensors are to go, but no other product of torch is as fast
            warnings.filterwarnings("ignore", message="torch.quantize_per_tensor")
            codes = torch.quantize_per_channel(weight.float(), scales, zeros, 0, torch.qint8)
        self._packed = torch.ops.quantized.linear_prepack(codes, None)
        self._bias, self._narrow = bias, narrow

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product."""
        if x.shape[0] == 1:
            found = torch.ops.quantized.linear_dynamic(x, self._packed, self._narrow)
        else:  # the kernel has one scale for all of x: rows of equal size make it one for each
            largest = x.abs().amax(dim=1, keepdim=True).clamp_(min=1e-12)
            found = torch.ops.quantized.linear_dynamic(x / largest, self._packed, self._narrow).mul_(largest)
        return found if self._bias is None else found.add_(self._bias)


class Int4Linear:
    """Weights in 4 bits, a scale and a middle for every 32 of a row; a copy in 8 bits reads many rows at once.

    The kernel takes weights whose N is a multiple of 16 and K one of 32: `fits` tells.
    """

    @staticmethod
    def fits(weight: Tensor) -> bool:
        """Tell whether `weight` (N, K) can be held so."""
        return weight.shape[0] % 16 == 0 and weight.shape[1] % GROUP == 0

    def __init__(self, weight: Tensor, bias: Tensor | None, *, narrow: bool) -> None:
        codes, scales, middles = quantised_groups(weight.float())
        self._packed = torch.ops.aten._convert_weight_to_int4pack_for_cpu(codes, 2)
        self._scales = torch.stack((scales, middles), dim=2).transpose(0, 1).contiguous().to(torch.bfloat16)
        self._bias = bias
        self._many = Int8Linear(weight, bias, narrow=narrow)

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product."""
        if x.shape[0] > _FEW:
            return self._many(x)
        few = x.to(torch.bfloat16)
        found = torch.ops.aten._weight_int4pack_mm_for_cpu(few, self._packed, GROUP, self._scales).float()
        return found if self._bias is None else found.add_(self._bias)


def quantised_rows(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Return `weight` (N, K) as codes -127..127 (N, K) int8 and scales (N,): code * scale."""
    scales = (weight.float().abs().amax(dim=1) / LARGEST).clamp_(min=1e-12)
    return (weight.float() / scales[:, None]).round_().to(torch.int8), scales


def quantised_groups(weight: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return `weight` (N, K) as codes 0..15 (N, K) int32, scales and middles (N, K / 32): (code - 8) scale + middle.

    The 16 levels of a group span as much of its range as leaves the smallest squared error.
    """
    groups = weight.view(weight.shape[0], -1, GROUP)
    low, high = groups.amin(dim=2, keepdim=True), groups.amax(dim=2, keepdim=True)
    best = torch.full_like(low, torch.inf)
    codes, scales, middles = torch.empty_like(groups), torch.empty_like(low), torch.empty_like(low)
    for share in _SHRUNK:
        scale = ((high - low) * share / 15).clamp_(min=1e-12)
        middle = (high + low) / 2 + scale / 2
        code = ((groups - middle) / scale).round_().add_(8).clamp_(0, 15)
        error = ((code - 8) * scale + middle - groups).square_().sum(dim=2, keepdim=True)
        better = error < best
        best = torch.where(better, error, best)
        codes = torch.where(better, code, codes)
        scales, middles = torch.where(better, scale, scales), torch.where(better, middle, middles)
    return codes.to(torch.int32).view_as(weight), scales.squeeze(2), middles.squeeze(2)


def product_in_bytes(x: Tensor, codes: Tensor, scales: Tensor, bias: Tensor | None) -> Tensor:
    """Return the product (M, N) of x (M, K), brought to 8 bits, with `codes` (N', K') int8 times `scales` (N,)."""
    sizes = x.abs().amax(dim=1, keepdim=True).clamp_(min=1e-12) / LARGEST
    small = functional.pad((x / sizes).round_().to(torch.int8), (0, codes.shape[1] - x.shape[1]))
    found = torch.ops.aten._int_mm(small, codes.t())[:, : len(scales)].float().mul_(sizes).mul_(scales)
    return found if bias is None else found.add_(bias)


def filled(values: Tensor, count: int) -> NDArray[np.float32]:
    """Return `values` (N,) and zeros, `count` float32 in all."""
    return functional.pad(values.float(), (0, count - len(values))).numpy()
