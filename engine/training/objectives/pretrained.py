"""Transformers in shapes that the transformers library knows, in training."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MarianConfig,
    MarianMTModel,
    PreTrainedModel,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from engine.card import ModelCard
from engine.checkpoint import END_ID, PAD_ID, load_weights, save_model
from engine.models.base import Decoder
from engine.models.dropout import dropout
from engine.models.pretrained import PretrainedCausal, PretrainedSeq2Seq
from engine.training.batches import Batch
from engine.training.causal import causal_hidden
from engine.training.loss import fused_cross_entropy
from engine.training.marian import decoder_hidden
from engine.training.objective import BatchLoss
from engine.training.recipe import ModelSettings


class TransformerObjective:
    """A causal or encoder-decoder Transformer under label-smoothed cross-entropy."""

    def __init__(self, settings: ModelSettings, vocab_size: int) -> None:
        self._settings = settings
        self.module: PreTrainedModel = (
            _marian(settings, vocab_size) if settings.family == "marian" else _causal(settings, vocab_size)
        )

    def loss(self, batch: Batch, step: int, smoothing: float = 0.0) -> BatchLoss:  # noqa: ARG002 - nothing is annealed
        """Return the loss of `batch` summed over its target tokens."""
        if batch.source is not None and batch.source_mask is not None:
            hidden = decoder_hidden(self.module, batch.source, batch.source_mask, batch.inputs)
        else:
            hidden = causal_hidden(self.module, batch.inputs)
        targets = batch.targets[batch.target_mask]
        loss, nll = fused_cross_entropy(hidden[batch.target_mask], self.module.lm_head.weight, targets, smoothing)
        return BatchLoss(loss, nll, targets.numel())

    def begin_epoch(self) -> None:
        """Carry nothing over."""

    def decoder(self) -> Decoder:
        """Return the module behind the one search."""
        kind = PretrainedSeq2Seq if self._settings.family == "marian" else PretrainedCausal
        return kind(self.module, self.module.device)

    def load(self, folder: Path) -> None:
        """Take the weights of the model in `folder`. Raises ModelError where it is of another shape."""
        load_weights(self.module, folder)

    def save(self, folder: Path, tokenizer: Tokenizer, card: ModelCard) -> None:
        """Write the model as a directory that transformers loads unchanged."""
        save_model(folder, self.module, tokenizer, card, self._settings.context)


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


def _causal(settings: ModelSettings, vocab_size: int) -> PreTrainedModel:
    normed = settings.family == "qwen3"  # queries and keys, which is what this shape adds to Llama's
    config = (Qwen3Config if normed else LlamaConfig)(
        vocab_size=vocab_size,
        hidden_size=settings.hidden,
        intermediate_size=settings.feed_forward,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        num_key_value_heads=settings.heads,
        head_dim=settings.hidden // settings.heads,
        max_position_embeddings=settings.context,
        attention_dropout=settings.dropout,
        tie_word_embeddings=True,
        pad_token_id=PAD_ID,
        bos_token_id=END_ID,
        eos_token_id=END_ID,
    )
    model = (Qwen3ForCausalLM if normed else LlamaForCausalLM)._from_config(config, attn_implementation="sdpa")
    if settings.dropout:
        _drop_out(model, settings.dropout)
    return model


def _drop_out(model: PreTrainedModel, share: float) -> None:
    """Drop what enters the first layer and what each layer adds, as GPT-2 does: their own code has nothing for it."""

    def dropped(module: nn.Module, _: object, output: Tensor) -> Tensor:
        return dropout(output, share) if module.training else output

    for name, module in model.named_modules():
        if name.endswith(("embed_tokens", "o_proj", "down_proj")):
            module.register_forward_hook(dropped)
