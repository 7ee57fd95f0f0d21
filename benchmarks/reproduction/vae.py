"""The sentence VAE on the Penn Treebank: the bound per sentence, end included, and how much the latent says."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from benchmarks.reproduction.ngram import read_lines
from benchmarks.reproduction.row import Outcome, Row
from engine.card import ModelCard
from engine.checkpoint import END, END_ID, PAD, UNKNOWN
from engine.device import choose_device
from engine.events import TrainingReport
from engine.models.vae import VAEDecoder, load
from engine.training.batches import PairBatches
from engine.training.corpus import Examples, Ragged, Texts
from engine.training.objectives.vae import VAEObjective
from engine.training.recipe import (
    BatchSettings,
    ModelSettings,
    OptimizerSettings,
    Recipe,
    ScheduleSettings,
    Source,
)
from engine.training.trainer import train_recipe
from engine.training.validation import validation_loss

_BAR = 111.2
_LEAST_KL, _LEAST_ACTIVE = 5.0, 10
_SAMPLES, _SAMPLED = 20, 500  # of the importance-weighted estimate, and the sentences it is made for

_RECIPE = Recipe(
    name="ptb-vae",
    sources=(Source("ptb", kind="documents"),),
    model=ModelSettings(
        family="vae",
        hidden=384,
        embedding=192,
        latent=32,
        context=128,
        dropout=0.2,
        kl_steps=400,
        free_bits=0.21,
    ),
    batch=BatchSettings(tokens=2400, longest_target=128),
    optimizer=OptimizerSettings(learning_rate=3e-3, weight_decay=0.1, warmup=100, decay=0.7),
    schedule=ScheduleSettings(steps=2700, evaluate_every=300, checkpoint_every=100, validation_batches=60),
    card=ModelCard("Sentence VAE, Penn Treebank", ("vary",), ("en",)),
)


def _vae(data: Path, work: Path) -> Generator[str, None, Outcome]:
    texts = {part: [" ".join(words) for words in read_lines(data, part)] for part in ("train", "valid", "test")}
    work.mkdir(parents=True, exist_ok=True)
    _word_tokenizer(texts["train"]).save(str(work / "tokenizer.json"))
    rows = {part: [("", line) for line in lines if line] for part, lines in texts.items()}
    material = [Texts(_RECIPE.sources[0], rows["train"], rows["valid"])]
    for event in train_recipe(_RECIPE, material, work):
        if isinstance(event, TrainingReport) and (event.validation_loss is not None or event.step % 50 == 0):
            yield _line(event)
    return _measured(work / "model", [line for line in texts["test"] if line])


def _word_tokenizer(lines: list[str]) -> Tokenizer:
    types = sorted({word for line in lines for word in line.split()} - {UNKNOWN})
    vocabulary = {word: number for number, word in enumerate((PAD, END, UNKNOWN, *types))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.add_special_tokens([PAD, END])
    return tokenizer


def _line(report: TrainingReport) -> str:
    words, kl = report.parts["nll"], report.parts["kl"]
    line = f"step {report.step:5}  training {report.loss:.3f} nats/word  {report.tokens_per_second:,.0f} words/s"
    bound = f"-ELBO {words + kl:.2f} = {words:.2f} + KL {kl:.2f} a sentence"
    if report.validation_loss is None:
        return f"{line}  {bound}"
    return f"{line}  validation: {bound}, {report.parts['active_units']:.0f} active units; writes: {report.sample}"


def _measured(folder: Path, lines: list[str]) -> Outcome:
    """Return the figures of the model in `folder`, computed in float32."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    ids = [[*entry.ids, END_ID] for entry in tokenizer.encode_batch(lines)]
    objective = VAEObjective(_RECIPE.model, tokenizer.get_vocab_size())
    objective.load(folder)
    objective.module.eval()
    batches = PairBatches(Examples(Ragged(ids), np.ones(len(ids))), BatchSettings(tokens=4000), seed=1)
    per_word, parts = validation_loss(objective, batches, torch.device("cpu"))
    words, kl, active = parts["nll"], parts["kl"], round(parts["active_units"])
    cpu = replace(choose_device("cpu"), dtype=torch.float32)
    tighter, its_bound = _importance_weighted(load(folder, cpu), ids[:: max(1, len(ids) // _SAMPLED)])
    figure = f"-ELBO {words + kl:.2f} (NLL {words:.2f} + KL {kl:.2f}), {active} of {_RECIPE.model.latent} units active"
    notes = (
        f"per sentence of {len(ids)}, end included; perplexity at most {math.exp(per_word):.1f}; the estimate with "
        f"{_SAMPLES} weighted samples (Burda et al. 2016) is {its_bound - tighter:.2f} nats below the bound"
    )
    return Outcome(figure, words + kl <= _BAR and kl >= _LEAST_KL and active >= _LEAST_ACTIVE, notes)


def _importance_weighted(decoder: VAEDecoder, sentences: list[list[int]]) -> tuple[float, float]:
    """Return nats per sentence by all samples together, and their mean, which is the bound."""
    generator = torch.Generator().manual_seed(1)
    tighter = bound = 0.0
    for sentence in sentences:
        ids = torch.tensor([sentence])
        mean, log_variance = decoder.encode_text(ids)
        noise = torch.randn(_SAMPLES, mean.shape[1], generator=generator)
        points = mean + noise * (0.5 * log_variance).exp()
        log_prior = -0.5 * points.square()
        log_posterior = -0.5 * (noise.square() + log_variance)  # both without the constant that cancels
        costs = decoder.nll(ids.expand(_SAMPLES, -1), points).sum(1) - (log_prior - log_posterior).sum(1)
        tighter += math.log(_SAMPLES) - float((-costs).logsumexp(0))
        bound += float(costs.mean())
    return tighter / len(sentences), bound / len(sentences)


ROWS = (
    Row(
        "vae",
        "sentence VAE, GRU, Penn Treebank by sentence: free bits, KL annealing",
        "-ELBO 111.24 = NLL 103.97 + KL 7.27 (timbmg/Sentence-VAE)",
        "-ELBO ≤ 111.2, aim 104; KL ≥ 5; ≥ 10 of 32 units active",
        _vae,
    ),
)
