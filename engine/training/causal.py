"""The forward pass of Llama- and Qwen3-shaped Transformers in training, made for a CPU and fit for a GPU.

Equal to what transformers computes, but for attention on a CPU: of `scaled_dot_product_attention` the backward
pass alone took a quarter of a step. Queries are taken a block at a time, each against the keys up to its
end, so that the half above the diagonal is hardly computed, and the weights are kept for the way back.
Modules are called, never their weights, so that adapters and dropout in them take part.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from engine.models.dropout import dropout

_BLOCK = 128  # queries at a time: of 64 to 512 the fastest at contexts of 512 and 1,024


def causal_hidden(model: Any, inputs: Tensor) -> Tensor:
    """Return the last hidden layer (B, T, H) of `model`, a LlamaForCausalLM or Qwen3ForCausalLM, for inputs (B, T)."""
    base = model.model
    hidden = base.embed_tokens(inputs)
    positions = torch.arange(inputs.shape[1], device=inputs.device)[None]
    rotation = base.rotary_emb(hidden, position_ids=positions)
    for layer in base.layers:
        hidden = hidden + _attend(layer.self_attn, layer.input_layernorm(hidden), rotation)
        hidden = hidden + layer.mlp(layer.post_attention_layernorm(hidden))
    return base.norm(hidden)


def _attend(attention: Any, hidden: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
    """Return what `attention` adds to hidden (B, T, H)."""
    rows, length, _ = hidden.shape
    queries, keys, values = (
        projection(hidden).view(rows, length, -1, attention.head_dim)
        for projection in (attention.q_proj, attention.k_proj, attention.v_proj)
    )
    if hasattr(attention, "q_norm"):
        queries, keys = attention.q_norm(queries), attention.k_norm(keys)
    queries, keys = _rotated(queries, rotation) * attention.scaling, _rotated(keys, rotation)
    share = attention.attention_dropout if attention.training else 0.0
    parts = [part.transpose(1, 2).flatten(0, 1) for part in (queries, keys, values)]
    mixed = causal_attention(parts[0], parts[1], parts[2], share)
    return attention.o_proj(mixed.view(rows, -1, length, attention.head_dim).transpose(1, 2).flatten(2))


def _rotated(heads: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
    """Return heads (B, T, N, D) turned by their positions (Su et al. 2021), each half of D with the other."""
    cosine, sine = (part.unsqueeze(2) for part in rotation)
    first, second = heads.chunk(2, dim=3)
    return torch.addcmul(heads * cosine, torch.cat((-second, first), dim=3), sine)


def causal_attention(queries: Tensor, keys: Tensor, values: Tensor, share: float = 0.0) -> Tensor:
    """Return softmax(Q K^T) V under a causal mask, `share` of the softmax dropped.

    All are (N, T, D), and queries are scaled already.
    """
    if queries.device.type == "cpu":
        return _CausalAttention.apply(queries, keys, values, share)  # type: ignore[return-value]
    parts = (queries[None], keys[None], values[None])
    return scaled_dot_product_attention(*parts, dropout_p=share, is_causal=True, scale=1.0)[0]


class _CausalAttention(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, queries: Tensor, keys: Tensor, values: Tensor, share: float) -> Tensor:
        mixed = torch.empty_like(values)
        kept, left = [], []  # the weights, and by how much dropout multiplies them
        for start, end in _blocks(queries.shape[1]):
            scores = torch.bmm(queries[:, start:end], keys[:, :end].transpose(1, 2))
            scores[:, :, start:] += scores.new_full((end - start, end - start), -torch.inf).triu_(1)
            kept.append(torch.softmax(scores, dim=2))
            left += [dropout(torch.ones_like(kept[-1]), share)] if share else []
            mixed[:, start:end] = torch.bmm(kept[-1] * left[-1] if share else kept[-1], values[:, :end])
        ctx.save_for_backward(queries, keys, values, mixed, *kept, *left)
        return mixed

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        """Return the gradients of queries, keys and values, as derived by Dao et al. (2022, appendix B.2)."""
        queries, keys, values, mixed, *rest = ctx.saved_tensors
        (grad,) = grads
        blocks = _blocks(queries.shape[1])
        kept, left = rest[: len(blocks)], rest[len(blocks) :] or [None] * len(blocks)
        by_queries = torch.empty_like(queries)
        by_keys, by_values = (torch.zeros_like(part, dtype=torch.float32) for part in (keys, values))
        shared = (grad * mixed).sum(dim=2, keepdim=True)
        for weights, factors, (start, end) in zip(kept, left, blocks, strict=True):
            dropped = weights if factors is None else weights * factors
            by_values[:, :end] += torch.bmm(dropped.transpose(1, 2), grad[:, start:end])
            by_scores = torch.bmm(grad[:, start:end], values[:, :end].transpose(1, 2))
            by_scores = by_scores if factors is None else by_scores.mul_(factors)
            by_scores.sub_(shared[:, start:end]).mul_(weights)
            by_queries[:, start:end] = torch.bmm(by_scores, keys[:, :end])
            by_keys[:, :end] += torch.bmm(by_scores.transpose(1, 2), queries[:, start:end])
        return by_queries, by_keys.to(keys.dtype), by_values.to(values.dtype), None


def _blocks(length: int) -> list[tuple[int, int]]:
    return [(start, min(length, start + _BLOCK)) for start in range(0, length, _BLOCK)]
