"""Products with weights in 4 bits by our own compiled functions, which hold them once, for steps and for prompts.

How they are laid out is said in `engine.compiled.nibbles`. Shapes: N rows of K weights, filled up to N' and
K'.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.compiled import library
from engine.compiled.arrays import BYTES, GROUP, PAIR, ROWS, Matrix
from engine.models.linear import LARGEST, filled, product_in_bytes

_FEW = 32  # rows up to which weights are read as they are


class CompiledInt4Linear:
    """Weights in 4 bits, a scale and a middle for every 32 of a row; x is brought to 8 bits, a scale for as many."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        """`weight` (N, K) and `bias` (N,) are float32."""
        self._functions = library.functions()
        self._rows, self._width = weight.shape
        whole = functional.pad(weight.float(), (0, -self._width % BYTES, 0, -self._rows % ROWS)).contiguous()
        count, self.small_width = whole.shape
        self.few, self.alone = _FEW, False
        codes = np.empty((count, self.small_width * PAIR // (2 * GROUP * ROWS)), np.uint8)
        units, largest = np.empty(count, np.float32), np.empty(count, np.float32)
        self._functions.set_threads(torch.get_num_threads())
        self._functions.pack(whole.numpy(), codes, units, largest)
        self._bias = bias
        self.matrix = Matrix(
            codes,
            units,
            np.zeros(count, np.int32),
            filled(torch.zeros(self._rows) if bias is None else bias, count),
        )
        self._factors = np.float32(LARGEST) / largest  # of prompts, whose weights are unpacked to 8 bits
        self._scales = torch.from_numpy(units / self._factors)[: self._rows]
        self._small = np.empty((_FEW, self.small_width), np.uint8)

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product, in the type of `x`."""
        self._functions.set_threads(torch.get_num_threads())
        if len(x) > _FEW:
            return product_in_bytes(x, self._unpacked(), self._scales, self._bias).to(x.dtype)
        out = torch.empty((len(x), self._rows))
        self._functions.multiply(self.matrix, x.float().contiguous().numpy(), self._small[: len(x)], out.numpy())
        return out.to(x.dtype)

    def _unpacked(self) -> Tensor:
        """Return the weights (N', K') int8, to be multiplied by `_scales`."""
        found = torch.empty((len(self._factors), self.small_width), dtype=torch.int8)
        self._functions.unpack(self.matrix, self._factors, found.numpy().view(np.uint32))
        return found
