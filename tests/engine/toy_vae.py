"""A small VAE that has learnt a small language, trained once per test run."""

from __future__ import annotations

import atexit
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from engine.card import ModelCard
from engine.checkpoint import END, END_ID, PAD, UNKNOWN
from engine.models.loaded import LoadedModel, load_model
from engine.training.batches import Batch, PairBatches
from engine.training.corpus import Examples, Ragged
from engine.training.objectives.vae import VAEObjective
from engine.training.recipe import BatchSettings, ModelSettings
from tests.engine.tiny_loaded import CPU, value_of

SENTENCES = [
    " ".join(words)
    for words in product(("the cat", "my dog", "she"), ("sees", "likes", "hears"), ("rain", "the sea", "you"))
]
CARD = ModelCard("Toy", ("vary",), ("en",))


@cache
def toy_tokenizer() -> Tokenizer:
    words = sorted({word for sentence in SENTENCES for word in sentence.split()})
    vocabulary = {word: number for number, word in enumerate((PAD, END, UNKNOWN, *words))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.add_special_tokens([PAD, END])
    return tokenizer


def toy_batch(sentences: list[str]) -> Batch:
    """Return `sentences` as one batch, padded."""
    rows = Ragged([[*toy_tokenizer().encode(sentence).ids, END_ID] for sentence in sentences])
    batches = PairBatches(Examples(rows, np.ones(len(rows)), rows), BatchSettings(tokens=10_000), seed=1)
    return batches.batch(np.arange(len(rows)))


def toy_objective(**settings: float) -> VAEObjective:
    """Return a fresh objective of the toy's shape; the same weights every time."""
    torch.manual_seed(3)
    shape = {"hidden": 32, "embedding": 16, "latent": 6, "context": 12}
    return VAEObjective(ModelSettings("vae", **(shape | settings)), toy_tokenizer().get_vocab_size())


def learn(objective: VAEObjective, steps: int) -> list[float]:
    """Train on all sentences at once; return the loss per sentence of every step."""
    batch, losses = toy_batch(SENTENCES), []
    optimizer = torch.optim.Adam(objective.module.parameters(), lr=2e-2)
    objective.module.train()
    for step in range(steps):
        optimizer.zero_grad()
        loss = objective.loss(batch, step).loss / len(SENTENCES)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    objective.module.eval()
    return losses


@cache
def toy_folder() -> Path:
    """Return a folder with a model that knows the sentences, kept until the tests end."""
    keeper = TemporaryDirectory()
    atexit.register(keeper.cleanup)
    objective = toy_objective(kl_steps=100, free_bits=1.0, word_dropout=0.3)
    learn(objective, 200)
    objective.save(Path(keeper.name) / "toy", toy_tokenizer(), CARD)
    return Path(keeper.name) / "toy"


@cache
def toy_model() -> LoadedModel:
    return value_of(load_model(toy_folder(), CPU))
