"""Products by our own compiled functions: one copy of the weights serves a token as well as a long prompt."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.compiled import library
from engine.compiled.arrays import BYTES, ROWS, Matrix
from engine.device import multiplies_bfloat16
from engine.models.compiled_bytes import CompiledBytesLinear
from engine.models.linear import filled, product_in_bytes, quantised_rows

_FEW_FLOATS, _MANY = 4, 32  # rows up to which we are faster than torch's products, and where those are slow
_WIDENED = 1 << 21  # weights that are turned into float32 at a time: larger blocks of memory are got anew each time


class CompiledLinear:
    """Weights as codes times a scale for each row. `matrix` shows them to compiled functions, as long as this lives."""

    def __init__(self, weight: Tensor, scales: Tensor, bias: Tensor | None) -> None:
        """`weight` (N, K) is float32, bfloat16 or int8 codes; `scales` (N,)."""
        self._functions = library.functions()
        self._rows, self._width = weight.shape
        self._weight = functional.pad(weight, (0, -self._width % BYTES, 0, -self._rows % ROWS)).contiguous()
        self._scales, self._bias = scales, bias
        count = self._weight.shape[0]
        self.matrix = Matrix(
            _bits(self._weight).numpy(),
            filled(scales, count),
            np.zeros(count, np.int32),
            filled(torch.zeros(self._rows) if bias is None else bias, count),
        )
        self._widen = weight.dtype == torch.bfloat16 and not multiplies_bfloat16()
        self.few = _MANY if self._widen or weight.dtype == torch.int8 else _FEW_FLOATS
        self.small_width = self._weight.shape[1]
        self._small = np.empty((self.few, self.small_width), np.uint8)

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product, in the type of `x`."""
        if len(x) <= self.few:
            return self._read_once(x)
        if self._weight.dtype == torch.int8:
            return product_in_bytes(x, self._weight, self._scales, self._bias)
        if self._widen:
            return self._widened(x)
        weight = self._weight[: self._rows, : self._width]
        return functional.linear(x.to(weight.dtype), weight, self._bias).to(x.dtype)

    def _read_once(self, x: Tensor) -> Tensor:
        """Multiply few rows, which takes little longer than to read the weights."""
        out = torch.empty((len(x), self._rows))
        self._functions.set_threads(torch.get_num_threads())
        self._functions.multiply(self.matrix, x.float().contiguous().numpy(), self._small[: len(x)], out.numpy())
        return out.to(x.dtype)

    def _widened(self, x: Tensor) -> Tensor:
        """Multiply as float32, a part of the weights after the other."""
        found, wide = torch.empty((len(x), self._rows)), x.float()
        count = max(ROWS, _WIDENED // self._width)
        for part, out in zip(self._weight[: self._rows].split(count), found.split(count, dim=1), strict=True):
            torch.mm(wide, part[:, : self._width].float().t(), out=out)
        return (found if self._bias is None else found.add_(self._bias)).to(x.dtype)


def in_bytes(weight: Tensor, bias: Tensor | None) -> CompiledLinear | CompiledBytesLinear:
    """Return the product with `weight` (N, K) in 8 bits, a scale for each row."""
    if library.functions().byte_block:
        return CompiledBytesLinear(weight, bias)
    codes, scales = quantised_rows(weight)
    return CompiledLinear(codes, scales, bias)


def in_floats(weight: Tensor, bias: Tensor | None) -> CompiledLinear:
    """Return the product with `weight` (N, K), float32 or bfloat16, as it is."""
    return CompiledLinear(weight, torch.ones(weight.shape[0]), bias)


def _bits(weight: Tensor) -> Tensor:
    """Return `weight` as numpy can hold it."""
    return weight.view(torch.uint16) if weight.dtype == torch.bfloat16 else weight
