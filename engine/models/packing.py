"""The products of any transformers model, packed into 8 or 4 bits: what a model says of itself stays as it was."""

from __future__ import annotations

from torch import Tensor, nn
from transformers.pytorch_utils import Conv1D

from engine.models.formats import WeightFormat
from engine.models.linear import Linear


class PackedProduct(nn.Module):
    """Stand in for a layer of a model; there is no `weight` for anybody to look at."""

    weight: None = None
    bias: None = None

    def __init__(self, product: Linear, width: int) -> None:
        super().__init__()
        self._product, self._width = product, width

    def forward(self, x: Tensor) -> Tensor:
        """Return the product of `x` (..., K): (..., N)."""
        return self._product(x.reshape(-1, x.shape[-1])).view(*x.shape[:-1], self._width)


def pack_products(model: nn.Module, head: nn.Module | None, weights: WeightFormat) -> float:
    """Hold all products of `model` but its `head` in the format.

    Return their share of the weights that are neither embeddings nor the head's: models keep experts in other ways.
    """
    tables = [module for module in model.modules() if module is head or isinstance(module, nn.Embedding)]
    outside = {id(parameter) for table in tables for parameter in table.parameters()}
    total = sum(parameter.numel() for parameter in model.parameters() if id(parameter) not in outside)
    packed = 0
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if child is not head and isinstance(child, nn.Linear | Conv1D):
                matrix: Tensor = child.weight.data  # pyright: ignore[reportAssignmentType] (transformers names no types)
                weight = matrix if isinstance(child, nn.Linear) else matrix.t()
                bias: Tensor | None = None if child.bias is None else child.bias.data  # pyright: ignore
                setattr(module, name, PackedProduct(weights.product(weight, bias), weight.shape[0]))
                packed += weight.numel()
    return packed / max(1, total)
