"""Muon with matrices of one shape taken together: one product for all of them instead of dozens of small ones."""

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
    def step(self, closure: Any = None) -> Any:  # noqa: ARG002 - PyTorch's signature
        """Move every weight that has a gradient."""
        for group in self.param_groups:
            alike: dict[tuple[int, ...], list[Tensor]] = defaultdict(list)
            for weight in group["params"]:
                if weight.grad is not None:
                    alike[tuple(weight.shape)].append(weight)
            for shape, weights in alike.items():
                directions = _orthogonal(torch.stack([self._momentum(weight) for weight in weights]))
                rate = group["lr"] * 0.2 * math.sqrt(max(shape))
                for weight, direction in zip(weights, directions, strict=True):
                    weight.mul_(1 - group["lr"] * group["weight_decay"]).add_(direction, alpha=-rate)

    def _momentum(self, weight: Tensor) -> Tensor:
        """Return Nesterov's momentum of `weight`, after its gradient went into it."""
        assert weight.grad is not None
        state = self.state[weight]
        if not state:
            state["momentum_buffer"] = torch.zeros_like(weight)
        momentum = state["momentum_buffer"].lerp_(weight.grad, 1 - _MOMENTUM)
        return weight.grad.lerp(momentum, _MOMENTUM)


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
