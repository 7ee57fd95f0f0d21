"""Teach a discriminator to tell a person's passages from a language model's own, and measure whether it can."""

from __future__ import annotations

import random
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from engine.card import ModelCard
from engine.checkpoint import PAD_ID
from engine.device import choose_device
from engine.errors import InputError, ModelError
from engine.events import Event, Progress, Result, TrainingReport
from engine.generate import generate_tokens
from engine.models.base import Seq2SeqDecoder
from engine.models.discriminator import Discriminator, DiscriminatorSettings, pad_ids
from engine.models.loaded import LoadedModel, load_model
from engine.modes import Mode
from engine.naturalness import PIECE, Criterion, Discriminated, Likelihood, Typicality, mean_nats
from engine.presets import load_presets
from engine.rank import FOLDER
from engine.search.steps import Step

_PROMPT = 64  # tokens of a person's text that both continuations follow
_ROWS = 32  # continuations written side by side
_SHORTEST = 8  # tokens of a continuation that is compared
_EXCERPT, _ALL = 40_000, 6_000_000  # characters that are used of a text, and of all: more than there is time for
_HELD_OUT = 0.25  # of the texts: half of their passages to stop by, half to measure on
_LEAST = 20  # held-out passages below which nothing measured would mean much
_WRITING = 0.7  # of the time; the rest is for learning
_EPOCHS = 40
_BATCH = 64
_RATE, _DECAY = 1e-3, 0.01
_PATIENCE = 3  # epochs without a better validation loss
_CARD = ModelCard("Discriminator", (), body="It tells people's texts from those of the model in the folder above.\n")


@dataclass(frozen=True, slots=True)
class _Cut:
    """A prompt and how a person went on from it."""

    prompt: list[int]
    human: list[int]
    held_out: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A prompt with the continuation a person wrote and the model's, as long as each other."""

    prompt: list[int]
    human: list[int]
    model: list[int]


def train_discriminator(folder: Path, texts: list[str], seconds: float, seed: int) -> Iterator[Event]:
    """Train a discriminator for the language model in `folder` on people's `texts`; save it as folder/discriminator.

    `texts` should be new to the model. About `seconds` are spent. Texts are held out whole where
    there are several. The Result, also kept beside the weights, has on held-out pairs the share in
    which a person's continuation is ranked above the model's: "discriminator", "likelihood",
    "typicality"; "usual_nats" is a person's surprise per token, "pairs" how many were measured.
    Raises InputError where there is too little text, ModelError for a model that cannot write.
    """
    model = yield from load_model(folder, choose_device())
    if isinstance(model.decoder, Seq2SeqDecoder):
        raise ModelError(f"The model {model.id} turns one text into another: choose one that writes.")
    cuts = _cut(model, texts, random.Random(seed))
    training, held = yield from _written(model, cuts, seconds * _WRITING, seed)
    if len(held) < _LEAST:
        raise InputError("There is too little text, or time, to learn from: give more of either.")
    stopping, measuring = held[: len(held) // 2], held[len(held) // 2 :]
    discriminator = yield from _learn(model, training, stopping, seconds * (1 - _WRITING), seed)
    values = measure(model, discriminator, training, measuring)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    discriminator.save(folder / FOLDER, tokenizer, _CARD, values)
    yield Result(values)


def measure(
    model: LoadedModel, discriminator: Discriminator, training: list[Passage], held_out: list[Passage]
) -> dict[str, float]:
    """Return the pairwise accuracy of every criterion on `held_out`; what is usual is learnt from `training`."""
    sample = training[: len(held_out)]
    usual = sum(mean_nats(model.decoder, each.prompt, each.human) for each in sample) / len(sample)
    criteria: list[Criterion] = [
        Discriminated(discriminator),
        Likelihood(model.decoder),
        Typicality(model.decoder, usual),
    ]
    shares = {criterion.name: pairwise_accuracy(criterion, held_out) for criterion in criteria}
    return {**shares, "usual_nats": usual, "pairs": float(len(held_out))}


def pairwise_accuracy(criterion: Criterion, passages: list[Passage]) -> float:
    """Return the share of `passages` whose human continuation scores above the model's; a tie counts half."""
    right = 0.0
    for each in passages:
        human, model = (criterion.score(each.prompt, ids) for ids in (each.human, each.model))
        right += 1.0 if human > model else 0.5 if human == model else 0.0
    return right / len(passages)


def _cut(model: LoadedModel, texts: list[str], rng: random.Random) -> list[_Cut]:
    """Return cuts of all `texts` in random order, every fourth of them of text that is held out whole."""
    longest = min(_EXCERPT, _ALL // max(1, len(texts)))
    excerpts = [_excerpt(text, longest, rng) for text in rng.sample(texts, len(texts))]
    if len(excerpts) == 1:
        border = int(len(excerpts[0]) * (1 - _HELD_OUT))
        excerpts = [excerpts[0][border:], excerpts[0][:border]]
    count = max(1, int(len(excerpts) * _HELD_OUT))
    held_out, training = (_cuts(model, part, rng) for part in (excerpts[:count], excerpts[count:]))
    ratio = round(1 / _HELD_OUT) - 1
    rounds = min(len(held_out), len(training) // ratio)
    return [
        cut
        for number in range(rounds)
        for cut in (
            replace(held_out[number], held_out=True),
            *training[number * ratio : (number + 1) * ratio],
        )
    ]


def _excerpt(text: str, longest: int, rng: random.Random) -> str:
    start = rng.randrange(max(1, len(text) - longest))
    return text[start : start + longest]


def _cuts(model: LoadedModel, texts: list[str], rng: random.Random) -> list[_Cut]:
    span = _PROMPT + PIECE
    found = []
    for text in texts:
        ids = model.tokenizer.encode(text)
        found += [
            _Cut(ids[place : place + _PROMPT], ids[place + _PROMPT : place + span])
            for place in range(0, len(ids) - span + 1, span)
        ]
    return rng.sample(found, len(found))


def _written(
    model: LoadedModel, cuts: list[_Cut], seconds: float, seed: int
) -> Generator[Event, None, tuple[list[Passage], list[Passage]]]:
    """Let the model go on from prompts for `seconds`; return passages to learn from, and held-out ones."""
    params = replace(next(iter(load_presets(Mode.WRITE).values())).params, max_new_tokens=PIECE)
    found: tuple[list[Passage], list[Passage]] = ([], [])
    started = time.monotonic()
    for first in range(0, len(cuts), _ROWS):
        rows = cuts[first : first + _ROWS]
        texts: list[list[int]] = [[] for _ in rows]
        for step in generate_tokens(model, [row.prompt for row in rows], replace(params, seed=seed + first)):
            for number, ids in step.ids if isinstance(step, Step) else ():
                texts[number].extend(ids)
            yield Progress(first, len(cuts), "passages", "The model writes")
        for row, ids in zip(rows, texts, strict=True):
            if len(ids) >= _SHORTEST:
                found[row.held_out].append(Passage(row.prompt, row.human[: len(ids)], ids))
        if time.monotonic() - started > seconds:
            break
    return found


def _learn(
    model: LoadedModel, training: list[Passage], stopping: list[Passage], seconds: float, seed: int
) -> Generator[Event, None, Discriminator]:
    """Train a fresh discriminator until it gets no better on `stopping`; return the best."""
    torch.manual_seed(seed)
    discriminator = Discriminator(_settings(model))
    optimizer = torch.optim.AdamW(discriminator.parameters(), lr=_RATE, weight_decay=_DECAY)
    shuffle = torch.Generator().manual_seed(seed)
    ids, human = _examples(training)
    best, weights, waited = float("inf"), discriminator.state_dict(), 0
    started = time.monotonic()
    for epoch in range(1, _EPOCHS + 1):
        discriminator.train()
        for rows in torch.randperm(len(ids), generator=shuffle).split(_BATCH):
            loss = nn.functional.binary_cross_entropy_with_logits(discriminator(ids[rows]), human[rows])
            optimizer.zero_grad(set_to_none=True)
            (loss + discriminator.penalty()).backward()
            optimizer.step()
            yield Progress(epoch, _EPOCHS, "epochs", "learning to tell texts apart")
        loss = _validation_loss(discriminator, stopping)
        spent = time.monotonic() - started
        speed = epoch * ids.numel() / spent
        yield TrainingReport(epoch, _EPOCHS, loss, speed, max(0.0, seconds - spent), validation_loss=loss)
        waited = 0 if loss < best else waited + 1
        if loss < best:
            best, weights = loss, {name: value.clone() for name, value in discriminator.state_dict().items()}
        if waited >= _PATIENCE or spent > seconds:
            break
    discriminator.load_state_dict(weights)
    return discriminator.eval()


def _settings(model: LoadedModel) -> DiscriminatorSettings:
    size = max(model.decoder.vocab_size, model.tokenizer.size)
    return DiscriminatorSettings(size, embedding=64, filters=(64, 128, 128, 64, 64), dropout=0.5)


@torch.inference_mode()
def _validation_loss(discriminator: Discriminator, passages: list[Passage]) -> float:
    ids, human = _examples(passages)
    return nn.functional.binary_cross_entropy(discriminator.probabilities(ids), human).item()


def _examples(passages: list[Passage]) -> tuple[Tensor, Tensor]:
    """Return ids (2N, PIECE), people's first, and 1.0 for people's, 0.0 for the model's (2N,)."""
    texts = [each.human for each in passages] + [each.model for each in passages]
    ids = pad_ids(texts, PAD_ID, PIECE)
    return ids, torch.cat((torch.ones(len(passages)), torch.zeros(len(passages))))
