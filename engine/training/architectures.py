"""Fresh models in shapes that transformers knows, and their loss on a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM, MarianConfig, MarianMTModel, PreTrainedModel

from engine.checkpoint import END_ID, PAD_ID
from engine.training.batches import Batch
from engine.training.loss import fused_cross_entropy
from engine.training.recipe import ModelSettings


@dataclass(frozen=True, slots=True)
class BatchLoss:
    """Sums over a batch: the smoothed `loss` (with gradient), plain `nll` in nats, target `tokens`."""

    loss: Tensor
    nll: Tensor
    tokens: int


def build_model(settings: ModelSettings, vocab_size: int) -> PreTrainedModel:
    """Return a freshly initialised float32 model; torch's global generator decides the weights."""
    return _marian(settings, vocab_size) if settings.family == "marian" else _llama(settings, vocab_size)


def _marian(settings: ModelSettings, vocab_size: int) -> PreTrainedModel:
    config = MarianConfig(
        vocab_size=vocab_size,
        d_model=settings.hidden,
        encoder_layers=settings.layers,
        decoder_layers=settings.decoder_layers,
        encoder_attention_heads=settings.heads,
        decoder_attention_heads=settings.heads,
        encoder_ffn_dim=settings.feed_forward,
        decoder_ffn_dim=settings.feed_forward,
        dropout=settings.dropout,
        attention_dropout=0.0,
        activation_dropout=0.0,
        activation_function="relu",
        scale_embedding=True,
        max_position_embeddings=settings.context,
        pad_token_id=PAD_ID,
        eos_token_id=END_ID,
        forced_eos_token_id=None,
        decoder_start_token_id=PAD_ID,
    )
    # Explicit attention trains faster than the fused one on short sentences (its backward dominates).
    return MarianMTModel._from_config(config, attn_implementation="eager")


def _llama(settings: ModelSettings, vocab_size: int) -> PreTrainedModel:
    config = LlamaConfig(
        vocab_size=vocab_size,
        hidden_size=settings.hidden,
        intermediate_size=settings.feed_forward,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        num_key_value_heads=settings.heads,
        max_position_embeddings=settings.context,
        attention_dropout=0.0,
        tie_word_embeddings=True,
        pad_token_id=PAD_ID,
        bos_token_id=END_ID,
        eos_token_id=END_ID,
    )
    return LlamaForCausalLM._from_config(config, attn_implementation="sdpa")


def batch_loss(model: PreTrainedModel, batch: Batch, smoothing: float = 0.0) -> BatchLoss:
    """Return the loss of `batch` summed over its target tokens."""
    inputs: dict[str, Any] = {"input_ids": batch.inputs, "use_cache": False}
    if batch.source is not None:
        inputs = {
            "input_ids": batch.source,
            "attention_mask": batch.source_mask,
            "decoder_input_ids": batch.inputs,
            "use_cache": False,
        }
    hidden = model.model(**inputs)[0]
    targets = batch.targets[batch.target_mask]
    loss, nll = fused_cross_entropy(hidden[batch.target_mask], model.lm_head.weight, targets, smoothing)
    return BatchLoss(loss, nll, targets.numel())
