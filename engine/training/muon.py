"""Muon with matrices of one shape taken together: one product for all of them, where there would be dozens of small ones."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import torch
from torch import Tensor

_COEFFICIENTS = (3.4445, -4.775, 2.0315)
_ITERATIONS = 5
_MOMENTUM = 0.95
_LEAST = 1e-7


class Muon(torch.optim.Optimizer):
    """Momentum made orthogonal (Jordan et al. 2024), scaled to AdamW's step size (Liu et al. 2025).

    Equal to `torch.optim.Muon(..., adjust_lr_fn="match_rms_adamw")` up to bfloat16's rounding. On a GPU the
    launches of that one's products took longer than the rest of a step. All weights are matrices.
    """

    def __init__(self, weights: list[Tensor], lr: float, weight_decay: float) -> None:
        super().__init__(weights, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # noqa: ARG002 - PyTorch's signature
        """Move every weight that has a gradient."""
        for group in self.param_groups:
            alike: dict[tuple[int, ...], list[Tensor]] = defaultdict(list)
            for weight in group["params"]:
                if weight.grad is not None:
                    alike[tuple(weight.shape)].append(weight)
            for shape, weights in alike.items():
                directions = list(_orthogonal(self._momenta(weights)).to(weights[0].dtype).unbind())
                torch._foreach_mul_(weights, 1 - group["lr"] * group["weight_decay"])
                torch._foreach_add_(weights, directions, alpha=-group["lr"] * 0.2 * math.sqrt(max(shape)))

    def _momenta(self, weights: list[Tensor]) -> Tensor:
        """Return Nesterov's momenta (N, A, B) of `weights`, after their gradients went into them."""
        for weight in weights:
            if not self.state[weight]:
                self.state[weight]["momentum_buffer"] = torch.zeros_like(weight)
        gradients = [weight.grad for weight in weights]
        momenta = [self.state[weight]["momentum_buffer"] for weight in weights]
        torch._foreach_lerp_(momenta, gradients, 1 - _MOMENTUM)
        return torch.stack(torch._foreach_lerp(gradients, momenta, _MOMENTUM))


def _orthogonal(matrices: Tensor) -> Tensor:
    """Return matrices (N, A, B) with singular values near 1, in bfloat16, by Newton and Schulz's iteration."""
    tall = matrices.shape[1] > matrices.shape[2]
    near = matrices.bfloat16()
    near = near.mT if tall else near
    near = near / near.norm(dim=(1, 2), keepdim=True).clamp(min=_LEAST)
    first, second, third = _COEFFICIENTS
    for _ in range(_ITERATIONS):
        gram = near @ near.mT
        near = torch.baddbmm(near, torch.baddbmm(gram, gram, gram, beta=second, alpha=third), near, beta=first)
    return near.mT if tall else near
