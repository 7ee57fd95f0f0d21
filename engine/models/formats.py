"""How a model's weights are held on a device: chosen for the machine, and only if its products come out right there.

The kernels are private to torch or ageing, so each has to pass a test on this very machine when a model is loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.compiled import library
from engine.device import AUTO, Device, dtype_name
from engine.errors import DeviceError
from engine.models.compiled_int4 import CompiledInt4Linear
from engine.models.compiled_linear import in_bytes, in_floats
from engine.models.cuda_linear import CudaInt4Linear, CudaInt8Linear
from engine.models.linear import Int4Linear, Int8Linear, Linear, PackedLinear, PlainLinear
from engine.models.stored_linear import Stored8Linear, stored_in_4_bits

_CPU = torch.device("cpu")
Packer = Callable[[Tensor, Tensor | None], Linear]  # weight (N, K), bias (N,) or None


@dataclass(frozen=True, slots=True)
class WeightFormat:
    """A format by name; `pack` makes products that take and give `dtype`."""

    name: str
    dtype: torch.dtype
    pack: Packer

    def product(self, weight: Tensor, bias: Tensor | None) -> Linear:
        """Return the product with `weight` (N, K) and `bias` (N,), packed."""
        return self.pack(weight.to(self.dtype), None if bias is None else bias.to(self.dtype))


def choose_format(device: Device) -> WeightFormat:
    """Return the format that `device` asks for, or the best one there.

    Raises DeviceError where it asks for one that the machine cannot compute with.
    """
    if device.torch_device.type != "cpu":
        return _on_accelerator(device)
    own = dtype_name(device.dtype)
    # 8 bits lose next to nothing (docs/results/weights.md) and are read twice as fast.
    names = ["int8", own] if device.weights == AUTO else [device.weights or own]
    found = next((one for one in (_format_on_cpu(name, is_compiled(name)) for name in names) if one is not None), None)
    if found is None:
        raise DeviceError(f"This machine cannot compute with {names[0]} weights: choose auto or float32.")
    return found


def _on_accelerator(device: Device) -> WeightFormat:
    place, own = device.torch_device, dtype_name(device.dtype)
    name = device.weights if device.weights in _STORED else own  # asked for, weights of `dtype` are its own
    if place.type == "cuda" and name in _STORED:
        fast = WeightFormat(name, device.dtype, _placed(_ON_CUDA[name], place))
        if works(fast, _TOLERANCES[name], place):
            return fast
    return WeightFormat(name, device.dtype, _placed(_STORED.get(name, PlainLinear), place))


def _placed(pack: Packer, place: torch.device) -> Packer:
    return lambda weight, bias: pack(weight.to(place), None if bias is None else bias.to(place))


def _in_4_bits_on_cuda(weight: Tensor, bias: Tensor | None) -> Linear:
    """Return the product in 4 bits, stored so where the kernel does not take the shape."""
    return (CudaInt4Linear if CudaInt4Linear.fits(weight) else stored_in_4_bits)(weight, bias)


_STORED: dict[str, Packer] = {"int8": Stored8Linear, "int4": stored_in_4_bits}
_ON_CUDA: dict[str, Packer] = {"int8": CudaInt8Linear, "int4": _in_4_bits_on_cuda}


def is_compiled(name: str) -> bool:
    """Tell whether our own functions for format `name` are ready, which they may become while we run."""
    return name in library.KINDS and library.ready(name)


@cache
def _format_on_cpu(name: str, compiled: bool) -> WeightFormat | None:
    """Return the first way to compute in format `name` that is right on this machine, None without any."""
    narrows = (False, True)
    formats = {
        "float32": (torch.float32, [PlainLinear]),
        "bfloat16": (torch.bfloat16, [PackedLinear, PlainLinear]),
        "int8": (torch.float32, [partial(Int8Linear, narrow=narrow) for narrow in narrows]),
        "int4": (torch.float32, [partial(_in_4_bits, narrow=narrow) for narrow in narrows]),
    }
    dtype, packers = formats[name]
    own = [_COMPILED.get(name, in_floats)] if compiled else []
    candidates = [WeightFormat(name, dtype, pack) for pack in (*own, *packers)]
    return next((one for one in candidates if works(one, _TOLERANCES[name])), None)


def _in_4_bits(weight: Tensor, bias: Tensor | None, *, narrow: bool) -> Linear:
    """Return the product in 4 bits, in 8 for the few shapes that the kernel does not take."""
    return (Int4Linear if Int4Linear.fits(weight) else Int8Linear)(weight, bias, narrow=narrow)


_COMPILED: dict[str, Packer] = {"int8": in_bytes, "int4": CompiledInt4Linear}
_TOLERANCES = {"float32": 1e-4, "bfloat16": 0.02, "int8": 0.03, "int4": 0.2}  # of a product's deviation
# Our kernels take 12, 8, 5, 4, 3, 2 or 1 at a time, some of them up to 4 only; 40 are another product for most.
_ROWS = (1, 2, 3, 5, 7, 11, 13, 40)


@torch.inference_mode()
def works(candidate: WeightFormat, tolerance: float, place: torch.device = _CPU) -> bool:
    """Tell whether products come out as they should, of as many rows as need code of their own in some kernel.

    Those of kernels that torch lacks do not.
    """
    generator = torch.Generator().manual_seed(1)
    weight = torch.randn(160, 128, generator=generator)
    weight[:16] = torch.tensor([3.0, -3.0]).repeat(8)[:, None]  # sums as large as they can be, which may overflow
    bias = torch.randn(160, generator=generator)
    x = torch.randn(40, 128, generator=generator)
    x[0] = 3.0
    expected = functional.linear(x, weight, bias)
    try:
        product = candidate.product(weight, bias)
        found = [product(x[:rows].to(place, candidate.dtype)).float().cpu() for rows in _ROWS]
        errors = [(part - expected[: len(part)]).square().mean().sqrt() for part in found]
    except (RuntimeError, AttributeError):  # no such kernel, or products of another shape
        return False
    return all(error < tolerance * expected.std() for error in errors)
