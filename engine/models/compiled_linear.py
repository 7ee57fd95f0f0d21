"""Products by our own compiled functions: one copy of the weights serves a token as well as a long prompt."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.compiled import library
from engine.compiled.arrays import BYTES, Matrix
from engine.device import multiplies_bfloat16
from engine.models.compiled_bytes import CompiledBytesLinear
from engine.models.linear import filled, product_in_bytes, quantised_rows

_FEW = 32  # rows of which products are a matter of reading weights
_UNPACKED = 1 << 21  # weights that torch is given at a time: larger blocks of memory are got anew each time


class CompiledLinear:
    """Weights as codes times a scale for each row, packed for tiles of `engine.compiled.float_tiles`.

    `matrix` shows them to compiled functions, as long as this lives.
    """

    def __init__(self, weight: Tensor, scales: Tensor, bias: Tensor | None) -> None:
        """`weight` (N, K) is float32, bfloat16 or int8 codes; `scales` (N,)."""
        self._functions = library.functions()
        self._rows, self._width = weight.shape
        self._block = self._functions.float_block
        weight = functional.pad(weight, (0, -self._width % BYTES, 0, -self._rows % self._block))
        count, self.small_width = weight.shape
        self._codes = _packed(weight, self._block)
        self._scales, self._bias = scales, bias
        halved = weight.dtype == torch.bfloat16
        self.matrix = Matrix(
            (self._codes.view(torch.uint16) if halved else self._codes).numpy(),
            filled(scales, count),
            np.zeros(count, np.int32),
            filled(torch.zeros(self._rows) if bias is None else bias, count),
        )
        self._computed = torch.bfloat16 if halved and multiplies_bfloat16() else torch.float32
        self.alone = halved and self._computed == torch.float32 and self._functions.wide
        self.few = _FEW
        self._small = np.empty((1, self.small_width), np.uint8)  # products of floats leave it as it is

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product, in the type of `x`."""
        self._functions.set_threads(torch.get_num_threads())
        if self.alone or len(x) <= self.few:
            out = torch.empty((len(x), self._rows))
            self._functions.multiply(self.matrix, x.float().contiguous().numpy(), self._small, out.numpy())
            return out.to(x.dtype)
        if self._codes.dtype == torch.int8:
            return product_in_bytes(x, self._unpacked(self._codes), self._scales, self._bias)
        return self._by_torch(x)

    def _by_torch(self, x: Tensor) -> Tensor:
        """Multiply with products of torch, with a part of the weights after the other."""
        found, wide = torch.empty((len(x), self._rows), dtype=self._computed), x.to(self._computed)
        count = max(1, _UNPACKED // self._width // self._block) * self._block
        for part, out in zip(self._codes.split(count), found.split(count, dim=1), strict=True):
            weight = self._unpacked(part)[: out.shape[1], : self._width]
            torch.mm(wide, weight.to(self._computed).t(), out=out)
        return (found if self._bias is None else found.add_(self._bias)).to(x.dtype)

    def _unpacked(self, packed: Tensor) -> Tensor:
        """Return whole blocks of the weights row after row."""
        found = torch.empty_like(packed)
        self._functions.to_rows(*(one.view(torch.uint32).numpy() for one in (packed, found)))
        return found


def in_bytes(weight: Tensor, bias: Tensor | None) -> CompiledLinear | CompiledBytesLinear:
    """Return the product with `weight` (N, K) in 8 bits, a scale for each row."""
    if library.functions().byte_block:
        return CompiledBytesLinear(weight, bias)
    codes, scales = quantised_rows(weight)
    return CompiledLinear(codes, scales, bias)


def in_floats(weight: Tensor, bias: Tensor | None) -> CompiledLinear:
    """Return the product with `weight` (N, K), float32 or bfloat16, as it is."""
    return CompiledLinear(weight, torch.ones(weight.shape[0]), bias)


def _packed(codes: Tensor, block: int) -> Tensor:
    """Return `codes` (N', K') with four bytes of each row of a block side by side, then the next four of each."""
    each = 4 // codes.itemsize
    count, width = codes.shape
    return codes.view(count // block, block, width // each, each).transpose(1, 2).contiguous().view(count, width)
