"""Attention of a recurrent decoder over an encoded source, and the weights that align words."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class AdditiveAttention(nn.Module):
    """Score sources by v tanh(W q + U m) (Bahdanau et al. 2015, section 3.1 and A.1.2)."""

    def __init__(self, query: int, memory: int) -> None:
        super().__init__()
        self.query = nn.Linear(query, query, bias=False)
        self.key = nn.Linear(memory, query)
        self.energy = nn.Linear(query, 1, bias=False)

    def keys(self, memory: Tensor) -> Tensor:
        """Return what of the scores does not depend on the query, once per source: (B, S, M) to (B, S, Q)."""
        return self.key(memory)

    def scores(self, query: Tensor, keys: Tensor) -> Tensor:
        """Return the scores (B, S) of `query` (B, Q) with `keys` (B, S, Q)."""
        return self.energy(torch.tanh(keys + self.query(query)[:, None])).squeeze(2)


class MultiplicativeAttention(nn.Module):
    """Score sources by q W m, "general" (Luong et al. 2015, section 3.1)."""

    def __init__(self, query: int, memory: int) -> None:
        super().__init__()
        self.key = nn.Linear(memory, query, bias=False)

    def keys(self, memory: Tensor) -> Tensor:
        """Return W m, once per source: (B, S, M) to (B, S, Q)."""
        return self.key(memory)

    def scores(self, query: Tensor, keys: Tensor) -> Tensor:
        """Return the scores (B, S) of `query` (B, Q) with `keys` (B, S, Q)."""
        return torch.bmm(keys, query[:, :, None]).squeeze(2)


Attention = AdditiveAttention | MultiplicativeAttention


def make_attention(kind: str, query: int, memory: int) -> Attention | None:
    """Return the attention of `kind`, None for "none". Raises ValueError for an unknown one."""
    if kind == "none":
        return None
    if kind == "additive":
        return AdditiveAttention(query, memory)
    if kind == "multiplicative":
        return MultiplicativeAttention(query, memory)
    raise ValueError(f'unknown attention "{kind}"')


def attend(scores: Tensor, padding: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """Return the context (B, M) and the weights (B, S), which are 0 where `padding` (B, S) is -inf.

    scores: (B, S), memory: (B, S, M). `padding` is 0 elsewhere.
    """
    weights = torch.softmax(scores + padding, dim=1)
    return torch.bmm(weights[:, None], memory).squeeze(1), weights
