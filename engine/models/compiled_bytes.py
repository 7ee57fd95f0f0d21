"""Products with weights in 8 bits where the processor adds up products of bytes: one copy for steps and prompts."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from engine.compiled import library
from engine.compiled.arrays import BYTES, MIDDLE, PANEL, Matrix
from engine.models.linear import quantised_rows

_FEW = 32  # rows of which products are a matter of reading weights


class CompiledBytesLinear:
    """Weights as codes times a scale for each row, packed for tiles; x is brought to 8 bits, row by row.

    `matrix` shows them to compiled functions, as long as this lives.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        """`weight` (N, K) and `bias` (N,) are of any floating type."""
        self._functions = library.functions()
        self._rows, width = weight.shape
        block = self._functions.byte_block
        below, beside = -self._rows % block, -width % BYTES
        codes, scales = quantised_rows(weight)
        codes = functional.pad(codes, (0, beside, 0, below))
        added = torch.zeros(self._rows) if bias is None else bias.float()
        self.matrix = Matrix(
            _packed(codes, block).numpy(),
            functional.pad(scales, (0, below)).numpy(),
            (MIDDLE * codes.sum(dim=1, dtype=torch.int32)).int().numpy(),
            functional.pad(added, (0, below)).numpy(),
        )
        self.few, self.small_width = _FEW, width + beside
        self.alone = True  # no number of rows is multiplied faster by torch

    def __call__(self, x: Tensor) -> Tensor:
        """Return the product, in the type of `x`."""
        out = torch.empty((len(x), self._rows))
        small = np.empty((min(len(x), PANEL), self.small_width), np.uint8)
        self._functions.set_threads(torch.get_num_threads())
        self._functions.multiply(self.matrix, x.float().contiguous().numpy(), small, out.numpy())
        return out.to(x.dtype)


def _packed(codes: Tensor, block: int) -> Tensor:
    """Return `codes` (N', K') with four of each row of a block side by side, then the next four of each."""
    count, width = codes.shape
    return codes.view(count // block, block, width // 4, 4).transpose(1, 2).contiguous().view(count, width)
