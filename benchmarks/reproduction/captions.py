"""SeqGAN on real text: quality and diversity of captions, against maximum likelihood at several temperatures."""

from __future__ import annotations

import itertools
import lzma
import re
from collections.abc import Generator
from pathlib import Path

import torch
from torch import Tensor

from benchmarks.reproduction.diversity import bleu, self_bleu
from benchmarks.reproduction.gan import published_generator
from benchmarks.reproduction.row import Outcome, Row
from engine.checkpoint import END_ID, PAD_ID
from engine.device import choose_device
from engine.events import TrainingReport
from engine.models.discriminator import Discriminator, DiscriminatorSettings, pad_ids
from engine.training.adversarial import AdversarialSettings, train_adversarially
from engine.training.policy import Alphabet, Policy

_SEED = 1
_LENGTH = 25  # words and the end; 20 captions of 9,999 are longer
_WRITTEN = 10_000
_TEMPERATURES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
_WORD = re.compile(r"\w+(?:'\w+)?|[^\w\s]")
_SETTINGS = AdversarialSettings(
    length=_LENGTH,
    likelihood_epochs=40,
    warmups=10,
    rounds=60,
    lessons=1,
    negatives=2000,
    lesson_batch=128,
    lesson_rate=1e-3,
    baseline=0.0,
)


def run_captions(data: Path, work: Path) -> Generator[str, None, Outcome]:  # noqa: ARG001 - keeps nothing
    """Train on captions; compare what both generators write with held-out captions and with itself."""
    training, test = (_read(data / "coco_captions" / f"{part}.txt.xz") for part in ("train", "test"))
    words = ["<pad>", "</s>", *sorted({word for text in training for word in text})]
    ids = {word: number for number, word in enumerate(words)}
    texts = pad_ids([[ids[word] for word in text] + [END_ID] for text in training if len(text) < _LENGTH], PAD_ID, 99)
    yield f"{len(texts)} captions, {len(words)} words; a person's captions: {_scores(training, test)[1]}"
    torch.manual_seed(_SEED)
    policy = Policy(published_generator(len(words)), Alphabet(END_ID, END_ID, PAD_ID), choose_device("cpu").dtype)
    discriminator = Discriminator(DiscriminatorSettings(len(words)))
    random = torch.Generator().manual_seed(_SEED)

    def scores(temperature: float) -> tuple[list[float], str]:
        exact = Policy(policy.model, policy.alphabet)
        return _scores(_texts(exact.sample(_WRITTEN, _LENGTH, random, temperature), words), test)

    curve: list[list[float]] = []
    for event in train_adversarially(policy, discriminator, texts[:, :_LENGTH], _SETTINGS, _SEED):
        if not isinstance(event, TrainingReport):
            continue
        if event.step % 10 == 0:
            yield f"step {event.step:3}: loss {event.loss:.3f}  " + str(
                {name: round(value, 3) for name, value in event.parts.items()}
            )
        if event.step == _SETTINGS.likelihood_epochs:
            for temperature in _TEMPERATURES:
                found, line = scores(temperature)
                curve.append(found)
                yield f"maximum likelihood at temperature {temperature}: {line}"
        elif event.parts["phase"] == 2.0 and event.step % 20 == 0 and event.step < event.total_steps:
            yield f"GAN so far: {scores(1.0)[1]}"
    gan, line = scores(1.0)
    yield f"GAN: {line}"
    return Outcome(
        f"MLE {_plain(curve[0][:4])}; {_plain(curve[0][4:])}. SeqGAN {_plain(gan[:4])}; {_plain(gan[4:])}",
        None,
        _verdict(curve, gan),
    )


def _verdict(curve: list[list[float]], gan: list[float]) -> str:
    """Say which writes better at the GAN's own diversity: BLEU-4 where Self-BLEU-4 is the same."""
    wanted = gan[6]
    points = sorted((point[6], point[2]) for point in curve)
    for (low, below), (high, above) in itertools.pairwise(points):
        if low <= wanted <= high:
            tuned = below + (above - below) * (wanted - low) / (high - low)
            winner = "the GAN" if gan[2] > tuned else "maximum likelihood with a tuned temperature"
            return (
                f"At Self-BLEU-4 {wanted:.3f} the GAN has BLEU-4 {gan[2]:.3f}, maximum likelihood at the temperature "
                f"that is as diverse {tuned:.3f}: {winner} wins."
            )
    return f"The GAN's Self-BLEU-4 {wanted:.3f} lies outside the curve of temperatures."


def _scores(texts: list[list[str]], test: list[list[str]]) -> tuple[list[float], str]:
    """Return BLEU-2..5 and Self-BLEU-2..5, as numbers and in words."""
    quality, sameness = bleu(texts, test), self_bleu(texts)
    return quality + sameness, f"BLEU-2..5 {_plain(quality)}; Self-BLEU-2..5 {_plain(sameness)}"


def _plain(values: list[float]) -> str:
    return "/".join(f"{value:.3f}".lstrip("0") for value in values)


def _texts(ids: Tensor, words: list[str]) -> list[list[str]]:
    """Return the words of `ids` (N, T) up to the end of each text; empty ones are left out."""
    rows = [[*row, END_ID] for row in ids.tolist()]
    texts = [[words[word] for word in row[: row.index(END_ID)]] for row in rows]
    return [text for text in texts if text]


def _read(path: Path) -> list[list[str]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [_WORD.findall(line) for line in file]


ROWS = (
    Row(
        "coco-gan",
        "text GAN on captions: LSTM 32/32 after SeqGAN",
        "BLEU-2..5; Self-BLEU-2..5: MLE .731/.497/.305/.189; .916/.769/.583/.408, "
        "SeqGAN .745/.498/.294/.180; .950/.840/.670/.489 (Texygen)",
        "the quality-diversity curve",
        run_captions,
    ),
)
