"""Matrix products with weights that stay as they are: each format packs them once, for the machine at hand.

Every product takes x (M, K) and gives (M, N), both in its `dtype`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.device import Device


class Linear(Protocol):
    """x (M, K) -> x Wᵀ + b (M, N)."""

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product."""
        ...


Packer = Callable[[Tensor, Tensor | None], Linear]  # weight (N, K), bias (N,) or None


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


def choose_packer(device: Device) -> Packer:
    """Return how weights are held on `device`: packed where a product so packed comes out right, else plain."""
    plain = _plain(device)
    on_cpu = device.torch_device.type == "cpu"
    if on_cpu and device.dtype == torch.bfloat16 and _works(PackedLinear, torch.bfloat16, tolerance=0.02):
        return lambda weight, bias: PackedLinear(weight.to(torch.bfloat16), _as(bias, torch.bfloat16))
    return plain


def _plain(device: Device) -> Packer:
    def pack(weight: Tensor, bias: Tensor | None) -> Linear:
        place, dtype = device.torch_device, device.dtype
        return PlainLinear(weight.to(place, dtype), None if bias is None else bias.to(place, dtype))

    return pack


def _as(bias: Tensor | None, dtype: torch.dtype) -> Tensor | None:
    return None if bias is None else bias.to(dtype)


@torch.inference_mode()
def _works(packer: Packer, dtype: torch.dtype, tolerance: float) -> bool:
    """Tell whether products of one and of many rows come out as they should; kernels that torch lacks do not."""
    generator = torch.Generator().manual_seed(1)
    weight = torch.randn(160, 96, generator=generator)
    bias = torch.randn(160, generator=generator)
    x = torch.randn(40, 96, generator=generator)
    expected = functional.linear(x, weight, bias)
    try:
        product = packer(weight.to(dtype), bias.to(dtype))
        found = [product(x[:rows].to(dtype)).float() for rows in (1, 40)]
    except (RuntimeError, AttributeError, NotImplementedError):
        return False
    scale = expected.std()
    return all(((part - expected[: len(part)]).abs() < tolerance * scale * 4).all() for part in found)
