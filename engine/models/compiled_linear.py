"""Products by our own compiled functions: one copy of the weights serves a token as well as a long prompt."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

from engine.compiled import library
from engine.compiled.arrays import BYTES, MIDDLE, ROWS, Matrix
from engine.models.compiled_bytes import CompiledBytesLinear
from engine.models.linear import LARGEST, quantised_rows

_FEW_FLOATS, _FEW_BYTES = 4, 32  # rows up to which we are faster than torch's products


class CompiledLinear:
    """Weights as codes times a scale for each row. `matrix` shows them to compiled functions, as long as this lives."""

    def __init__(self, weight: Tensor, scales: Tensor, bias: Tensor | None) -> None:
        """`weight` (N, K) is float32, bfloat16 or int8 codes; `scales` (N,)."""
        self._functions = library.functions()
        self._rows, self._width = weight.shape
        self._weight = functional.pad(weight, (0, -self._width % BYTES, 0, -self._rows % ROWS)).contiguous()
        self._scales, self._bias = scales, bias
        count = self._weight.shape[0]
        sums = self._weight.sum(dim=1, dtype=torch.int32) if weight.dtype == torch.int8 else torch.zeros(count)
        self.matrix = Matrix(
            _bits(self._weight).numpy(),
            _filled(scales, count),
            (MIDDLE * sums).int().numpy(),
            _filled(torch.zeros(self._rows) if bias is None else bias, count),
        )
        self._small = np.empty((_FEW_BYTES, self._weight.shape[1]), np.uint8)

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product, in the type of `x`."""
        if self._weight.dtype == torch.int8:
            return self._read_once(x) if len(x) <= _FEW_BYTES else self._computed_in_bytes(x)
        if len(x) <= _FEW_FLOATS:
            return self._read_once(x)
        weight = self._weight[: self._rows, : self._width]
        return functional.linear(x.to(weight.dtype), weight, self._bias).to(x.dtype)

    def _read_once(self, x: Tensor) -> Tensor:
        """Multiply few rows, which takes little longer than to read the weights."""
        out = torch.empty((len(x), self._rows))
        self._functions.set_threads(torch.get_num_threads())
        self._functions.multiply(self.matrix, x.float().contiguous().numpy(), self._small[: len(x)], out.numpy())
        return out.to(x.dtype)

    def _computed_in_bytes(self, x: Tensor) -> Tensor:
        sizes = x.abs().amax(dim=1, keepdim=True).clamp_(min=1e-12) / LARGEST
        small = functional.pad((x / sizes).round_().to(torch.int8), (0, self._weight.shape[1] - self._width))
        found = torch.ops.aten._int_mm(small, self._weight.t())[:, : self._rows].float().mul_(sizes).mul_(self._scales)
        return found if self._bias is None else found.add_(self._bias)


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


def _filled(values: Tensor, count: int) -> NDArray[np.float32]:
    return functional.pad(values.float(), (0, count - len(values))).numpy()
