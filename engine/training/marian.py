"""The forward pass of Marian-shaped Transformers in training, made for short sentences on a CPU.

Equal to what transformers computes (Vaswani et al. 2017, normalised after each part), in fewer and larger
operations, and with dropout from random bytes: for small models, overhead and random numbers are
what a step waits for. Modules are called, never their weights, so that adapters in them take part.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from engine.models.dropout import dropout


def decoder_hidden(model: Any, source: Tensor, source_mask: Tensor, inputs: Tensor) -> Tensor:
    """Return the last hidden layer (B, T, H) of `model`, a MarianMTModel, under teacher forcing.

    source: (B, S), source_mask: (B, S) bool False on padding, inputs: (B, T). `model.training` decides
    about dropout.
    """
    share = model.config.dropout if model.training else 0.0
    padding = torch.zeros_like(source_mask, dtype=model.dtype).masked_fill(~source_mask, -torch.inf)[:, None, None]
    future = inputs.new_full((inputs.shape[1], inputs.shape[1]), -torch.inf, dtype=model.dtype).triu(1)
    encoder, decoder = model.model.encoder, model.model.decoder
    memory = _embed(encoder, source, share)
    for layer in encoder.layers:
        memory = _attend(layer.self_attn, layer.self_attn_layer_norm, memory, memory, padding, share)
        memory = _feed_forward(layer, memory, share)
    hidden = _embed(decoder, inputs, share)
    for layer in decoder.layers:
        hidden = _attend(layer.self_attn, layer.self_attn_layer_norm, hidden, hidden, future, share)
        hidden = _attend(layer.encoder_attn, layer.encoder_attn_layer_norm, hidden, memory, padding, share)
        hidden = _feed_forward(layer, hidden, share)
    return hidden


def _embed(part: Any, ids: Tensor, share: float) -> Tensor:
    scale = math.sqrt(part.config.d_model) if part.config.scale_embedding else 1.0
    words = part.embed_tokens(ids) * scale
    return dropout(words + part.embed_positions.weight[: ids.shape[1]], share)


def _attend(attention: Any, norm: Any, hidden: Tensor, memory: Tensor, mask: Tensor, share: float) -> Tensor:
    """Return `hidden` (B, T, H) after it looked at `memory` (B, S, H), the residual added and normalised."""
    rows, length, width = hidden.shape
    queries = _heads(attention.q_proj(hidden) * attention.scaling, attention.head_dim)
    keys, values = (_heads(one(memory), attention.head_dim) for one in (attention.k_proj, attention.v_proj))
    scores = torch.bmm(queries, keys.transpose(1, 2))
    weights = torch.softmax(scores.view(rows, -1, *scores.shape[1:]) + mask, dim=3).view_as(scores)
    mixed = torch.bmm(weights, values).view(rows, -1, length, attention.head_dim).transpose(1, 2)
    return _join(hidden, attention.out_proj(mixed.reshape(rows, length, width)), norm, share)


def _heads(projected: Tensor, width: int) -> Tensor:
    """Return (B, T, H) as (B * heads, T, width)."""
    rows, length, _ = projected.shape
    return projected.view(rows, length, -1, width).transpose(1, 2).reshape(-1, length, width)


def _feed_forward(layer: Any, hidden: Tensor, share: float) -> Tensor:
    return _join(hidden, layer.fc2(torch.relu_(layer.fc1(hidden))), layer.final_layer_norm, share)


def _join(hidden: Tensor, change: Tensor, norm: Any, share: float) -> Tensor:
    return norm(hidden + dropout(change, share))
