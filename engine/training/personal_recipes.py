"""How models are trained on a writer's texts: shapes and settings for each purpose, by how much text there is."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.card import ModelCard
from engine.errors import ModelError
from engine.model_files import read_json
from engine.purposes import Purpose, TrainingRequest
from engine.training.recipe import (
    BatchSettings,
    ModelSettings,
    OptimizerSettings,
    Recipe,
    ScheduleSettings,
    Source,
    TokenizerSettings,
)

BYTES_PER_TOKEN = 3.5
_NOVEL = 80_000  # words
_MINUTES = {Purpose.CONTINUE: 12.0, Purpose.TRANSLATE: 30.0, Purpose.TITLES: 30.0, Purpose.VARY: 15.0}
_RANK = 16  # of adapters
_SMALL = 100_000  # bytes of text that a large model learns by heart
_LARGE = 2_000_000  # bytes of text that a larger vocabulary pays for
_EVALUATE_EVERY = range(10, 250)
_HEARD_OF = 200_000  # tokens after which there is news of a training at least
_CHECKPOINT_EVERY = range(10, 25)
_AT_STAKE = 50_000  # tokens whose learning a kill may cost


@dataclass(frozen=True, slots=True)
class Amount:
    """How much there is to learn from: rows (documents or pairs), words, and bytes."""

    rows: int
    words: int
    size: int


@dataclass(frozen=True, slots=True)
class _Shape:
    """What differs between purposes; `epochs` bounds the training, `patience` ends it early."""

    model: ModelSettings
    tokenizer: TokenizerSettings
    batch: BatchSettings
    optimizer: OptimizerSettings
    epochs: int
    patience: int


def make_recipe(request: TrainingRequest, amount: Amount, start: Path | None, card: ModelCard) -> Recipe:
    """Return the recipe for `request`, beginning with the model in `start` if there is one.

    Raises ModelError for a start of an architecture that the purpose cannot begin with.
    """
    match request.purpose:
        case Purpose.CONTINUE:
            shape = _voice(amount) if start is None else _taken_up(start, lora=request.lora)
        case Purpose.TRANSLATE:
            shape = _translator(amount) if start is None else _taken_up_pairs(start)
        case Purpose.TITLES:
            shape = _titles(amount) if start is None else _taken_up_pairs(start)
        case Purpose.VARY:
            if start is not None:
                raise ModelError("Varying sentences is always learnt anew: choose no model to begin with.")
            shape = _sentences(amount)
    return Recipe(
        name=request.name,
        sources=(Source("the writer's files"),),
        model=shape.model,
        card=card,
        tokenizer=shape.tokenizer,
        batch=shape.batch,
        optimizer=shape.optimizer,
        schedule=_schedule(request, amount, shape),
        seed=request.seed,
        start=str(start or ""),
    )


def _schedule(request: TrainingRequest, amount: Amount, shape: _Shape) -> ScheduleSettings:
    epoch = round(amount.size / BYTES_PER_TOKEN / shape.batch.tokens)
    patient = min(_EVALUATE_EVERY.stop, max(_EVALUATE_EVERY.start, epoch))  # steps that patience counts in
    often = max(_EVALUATE_EVERY.start, min(patient, _HEARD_OF // shape.batch.tokens))
    return ScheduleSettings(
        steps=request.steps or max(1, shape.epochs * epoch),
        minutes=request.minutes or (0.0 if request.steps else _minutes(request.purpose, amount)),
        patience=shape.patience * math.ceil(patient / often),
        evaluate_every=often,
        checkpoint_every=max(_CHECKPOINT_EVERY.start, min(_CHECKPOINT_EVERY.stop, _AT_STAKE // shape.batch.tokens)),
    )


def _minutes(purpose: Purpose, amount: Amount) -> float:
    return _MINUTES[purpose] * min(4.0, max(0.2, (amount.words / _NOVEL) ** 0.5))


def _voice(amount: Amount) -> _Shape:
    """Return an LSTM in small batches: a novel is soon read, and learning needs steps more than tokens a step."""
    large = amount.size > _LARGE
    width = 256 if amount.size < _SMALL else 512 if large else 384
    return _Shape(
        # Tied weights must begin small: with PyTorch's own embeddings the first loss is 16 nats.
        ModelSettings("recurrent", hidden=width, layers=2 if large else 1, dropout=0.4, tied=True, init=0.05),
        TokenizerSettings("byte-level", 4000 if large else 1000),
        BatchSettings(tokens=16 * 32, streams=16, bptt=32),
        OptimizerSettings(learning_rate=3e-3, kind="adamw", weight_decay=0.1, warmup=100, decay=0.8, ema=0.99),
        epochs=100,
        patience=8,
    )


def _taken_up(start: Path, *, lora: bool) -> _Shape:
    return _Shape(
        ModelSettings("finetune", context=256, adapters=_RANK if lora else 0),
        TokenizerSettings(end=_end_of_text(start)),
        BatchSettings(tokens=2048),
        # Three times the rate, without the average, left a good start a little worse than it was.
        OptimizerSettings(
            learning_rate=1e-3 if lora else 1e-4, kind="adamw", weight_decay=0.1, warmup=20, decay=0.9, ema=0.97
        ),
        epochs=20,
        patience=3,
    )


def _translator(amount: Amount) -> _Shape:
    small = amount.rows < 5000
    width, layers = (128, 2) if small else (256, 4)
    return _Shape(
        ModelSettings(
            "marian",
            hidden=width,
            feed_forward=2 * width,
            layers=layers,
            decoder_layers=layers,
            heads=4,
            context=256,
            dropout=0.3,
        ),
        TokenizerSettings("metaspace", 4000 if amount.rows < 10_000 else 10_000),
        BatchSettings(tokens=1000 if small else 4000),
        OptimizerSettings(learning_rate=2e-3, warmup=200, decay=0.5, label_smoothing=0.1, ema=0.995),
        epochs=100,
        patience=10,
    )


def _titles(amount: Amount) -> _Shape:
    return _Shape(
        ModelSettings("recurrent-seq2seq", hidden=256, layers=1, dropout=0.3, copy=True, tied=True, context=512),
        TokenizerSettings("metaspace", 4000 if amount.rows < 10_000 else 8000),
        BatchSettings(tokens=6000, longest_source=200, longest_target=48),
        OptimizerSettings(learning_rate=1e-3, kind="adamw", weight_decay=0.01, warmup=100, decay=0.5),
        epochs=40,
        patience=6,
    )


def _taken_up_pairs(start: Path) -> _Shape:
    return _Shape(
        replace(_marian_shape(start), dropout=0.1),
        TokenizerSettings(end=_end_of_text(start)),
        BatchSettings(tokens=4000, longest_source=200),
        OptimizerSettings(learning_rate=5e-4, warmup=50, decay=0.8, label_smoothing=0.1, ema=0.99),
        epochs=10,
        patience=3,
    )


def _sentences(amount: Amount) -> _Shape:
    return _Shape(
        ModelSettings(
            "vae",
            hidden=256,
            latent=32,
            dropout=0.3,
            word_dropout=0.3,
            kl_steps=500,
            free_bits=0.15,
            context=64,
        ),
        TokenizerSettings("byte-level", 2000 if amount.size < _LARGE else 6000),
        BatchSettings(tokens=3000, longest_target=63),
        OptimizerSettings(learning_rate=1e-3, kind="adamw", weight_decay=0.01, warmup=100, decay=0.6),
        epochs=40,
        patience=6,
    )


def _marian_shape(folder: Path) -> ModelSettings:
    """Return the shape of the encoder-decoder in `folder`. Raises ModelError for one of another architecture."""
    config: dict[str, Any] = read_json(folder / "config.json")
    if config.get("model_type") != "marian":
        raise ModelError(
            f"Training cannot begin with the model {folder.name}: choose one shaped like the embedded translator, or "
            "train anew."
        )
    return ModelSettings(
        "marian",
        hidden=config["d_model"],
        feed_forward=config["encoder_ffn_dim"],
        layers=config["encoder_layers"],
        decoder_layers=config["decoder_layers"],
        heads=config["encoder_attention_heads"],
        context=config["max_position_embeddings"],
    )


def _end_of_text(folder: Path) -> str:
    """Return the token that ends a text for the model in `folder`. Raises ModelError where it has none."""
    path = folder / "tokenizer_config.json"
    token: Any = read_json(path).get("eos_token") if path.is_file() else None
    if isinstance(token, dict):
        token = token.get("content")
    if not token:
        raise ModelError(f"The model {folder.name} names no end of a text: choose another, or train anew.")
    return str(token)
