"""Cross-entropy in which every target has a weight of its own, fused with an output layer with a bias.

A weight of one is maximum likelihood, a reward in its place is REINFORCE (Williams 1992): both train
a policy by the same products, block by block, so that logits never exist as a whole.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

_BLOCK = 256


class _WeightedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, weights: Tensor, dtype: torch.dtype
    ) -> Tensor:
        narrow, output, shift = hidden.to(dtype), weight.to(dtype), bias.to(dtype)
        # One more unit that is always on: its column of the gradient is the bias's.
        widened = torch.cat((narrow, narrow.new_ones(len(narrow), 1)), dim=1)
        grad_hidden = torch.empty_like(narrow)
        grad_output = weight.new_zeros((len(weight), weight.shape[1] + 1), dtype=torch.float32)
        loss = hidden.new_zeros((), dtype=torch.float32)
        for start in range(0, len(targets), _BLOCK):
            rows = slice(start, start + _BLOCK)
            index, scale = targets[rows, None], weights[rows, None]
            grad = torch.addmm(shift, narrow[rows], output.t()).softmax(dim=1)
            loss -= (grad.gather(1, index).float().log() * scale).sum()
            grad.scatter_add_(1, index, torch.full_like(index, -1, dtype=dtype))
            scaled = scale.to(dtype)
            grad_hidden[rows] = (grad @ output) * scaled
            grad_output += grad.t() @ (widened[rows] * scaled)
        ctx.save_for_backward(grad_hidden.to(hidden.dtype), grad_output)
        return loss

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None, None]:
        grad_hidden, grad_output = (saved * grads[0] for saved in ctx.saved_tensors)
        return grad_hidden, grad_output[:, :-1], grad_output[:, -1], None, None, None


def weighted_cross_entropy(
    hidden: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, weights: Tensor, dtype: torch.dtype
) -> Tensor:
    """Return the sum of -`weights` ln p(`targets`), with gradient to `hidden`, `weight` and `bias`.

    hidden: (N, H) float, weight: (V, H), bias: (V,), targets: (N,) int64, weights: (N,) float without
    gradient. `dtype` is that of the products; sums are float32.
    """
    return _WeightedCrossEntropy.apply(hidden, weight, bias, targets, weights, dtype)  # type: ignore[return-value]
