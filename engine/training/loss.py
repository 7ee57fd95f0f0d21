"""Label-smoothed cross-entropy fused with the output projection.

For vocabularies of thousands of words the softmax, not the matrix product, is what a small
model waits for. Logits are made and turned into their gradient block by block, in place, so
that they never exist as a whole (the idea of Cut Cross-Entropy, Wijmans et al. 2024, on a CPU).
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor

_BLOCK = 512
_GPU_BLOCK = 16_384  # a GPU has more to gain from large products than to lose by the memory of the logits


class _FusedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, weight: Tensor, bias: Tensor | None, targets: Tensor, smoothing: float
    ) -> tuple[Tensor, Tensor]:
        grad_hidden = torch.empty_like(hidden)
        block = _BLOCK if hidden.device.type == "cpu" else _GPU_BLOCK
        several = len(targets) > block  # sums of blocks need float32, a single one does not
        grad_weight = torch.zeros_like(weight, dtype=torch.float32) if several else torch.empty(0)
        grad_bias = weight.new_zeros(0 if bias is None else len(bias), dtype=torch.float32)
        smoothed = hidden.new_zeros((), dtype=torch.float32)
        nll = torch.zeros_like(smoothed)
        for start in range(0, len(targets), block):
            rows = slice(start, start + block)
            logits = functional.linear(hidden[rows], weight, bias)
            block_smoothed, block_nll, grad = _loss_and_gradient(logits, targets[rows], smoothing)
            smoothed += block_smoothed
            nll += block_nll
            grad_hidden[rows] = grad @ weight
            block_weight = grad.t() @ hidden[rows]
            grad_weight = grad_weight.add_(block_weight) if several else block_weight
            if bias is not None:
                grad_bias += grad.sum(0)
        ctx.save_for_backward(grad_hidden, grad_weight.to(weight.dtype), grad_bias.to(weight.dtype))
        ctx.mark_non_differentiable(nll)
        return smoothed, nll

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor | None, None, None]:
        by_hidden, by_weight, by_bias = ctx.saved_tensors
        if float(grads[0]) != 1:  # of a loss that is only part of another
            by_hidden, by_weight, by_bias = (saved * grads[0].to(saved.dtype) for saved in ctx.saved_tensors)
        return by_hidden, by_weight, by_bias if by_bias.numel() else None, None, None


def _loss_and_gradient(logits: Tensor, targets: Tensor, smoothing: float) -> tuple[Tensor, Tensor, Tensor]:
    """Return summed smoothed loss, summed NLL, and d loss / d logits, which reuses the logits' memory."""
    vocab_size = logits.shape[1]
    index = targets[:, None]
    peak = logits.amax(dim=1, keepdim=True)
    logits -= peak
    picked = logits.gather(1, index).float()
    mean = logits.mean(dim=1, keepdim=True).float() if smoothing else picked
    logits.exp_()
    total = logits.sum(dim=1, keepdim=True).float()
    nll = total.log() - picked
    loss = nll + smoothing * (picked - mean)
    logits *= total.reciprocal().to(logits.dtype)
    if smoothing:
        logits -= smoothing / vocab_size
    logits[torch.arange(len(targets), device=targets.device), targets] -= 1 - smoothing
    return loss.sum(), nll.sum(), logits


def fused_cross_entropy(
    hidden: Tensor, weight: Tensor, targets: Tensor, smoothing: float = 0.0, bias: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Return the summed label-smoothed loss (with gradient) and the summed NLL (without), in nats.

    hidden: (N, H) float, weight: (V, H), targets: (N,) int64 without padding, bias: (V,).
    Label smoothing as in Szegedy et al. 2016, section 7: uniform over all V words.
    """
    return _FusedCrossEntropy.apply(hidden, weight, bias, targets, smoothing)  # type: ignore[return-value]
