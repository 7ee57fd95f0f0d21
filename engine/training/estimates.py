"""How long a training will take and how large its model will be, from a few real steps."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from torch import nn

from engine.device import choose_device
from engine.model_shape import read_shape
from engine.training.architectures import build_objective
from engine.training.batches import make_batches
from engine.training.corpus import Examples, Ragged
from engine.training.memory import check_room, check_start, training_bytes, weight_bytes
from engine.training.optimizer import Optimizer
from engine.training.personal_plan import Plan
from engine.training.personal_recipes import BYTES_PER_TOKEN

_STEPS = 3
_SCORING = 0.1  # of the time, for evaluations and the final score
_SAMPLE = 2000  # rows


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a training costs at most, and what comes of it.

    `seconds` are those of all its steps, of which early stopping may save some; `megabytes` is the size of the model
    on disk, `memory` that of what is held while it is trained, in 10^6 bytes, activations not counted.
    """

    seconds: float
    megabytes: float
    memory: float


def estimate(plan: Plan, device: str = "") -> Estimate:
    """Return what the training of `plan` will take, from the time of a few steps of its model on texts like its own."""
    recipe, where = plan.recipe, choose_device(device)
    objective = build_objective(recipe.model, _vocab_size(plan))
    if plan.start is not None:
        check_start(plan.start, where)
        objective.load(plan.start)
    size = _saved_megabytes(objective.module, adapters=bool(recipe.model.adapters))
    objective.module.to(device=where.torch_device, dtype=where.dtype).train()
    held = training_bytes(objective.module, recipe.optimizer)
    check_room(held - weight_bytes(objective.module), where)
    optimizer = Optimizer(objective.module, recipe.optimizer)
    batches = make_batches(_examples(plan), recipe)
    plans = batches.epoch(0)
    seconds: list[float] = []
    for number in range(_STEPS + 1):  # the first also allocates
        begun = time.monotonic()
        result = objective.loss(batches.batch(plans[number % len(plans)]).to(where.torch_device), number)
        result.loss.backward()
        float(optimizer.step(number, 1.0, 1 / result.tokens))  # a GPU is waited for
        seconds.append(time.monotonic() - begun)
    whole = recipe.schedule.steps * min(seconds[1:])
    bounded = min(whole, 60 * recipe.schedule.minutes) if recipe.schedule.minutes else whole
    return Estimate(bounded * (1 + _SCORING), size, held / 1e6)


def _saved_megabytes(module: nn.Module, *, adapters: bool) -> float:
    """Return the size of the model that is saved, in bfloat16: adapters are merged into the weights they stand by."""
    saved = [weight for weight in module.parameters() if not (adapters and weight.requires_grad)]
    return sum(weight.numel() for weight in saved) * 2 / 1e6


def _vocab_size(plan: Plan) -> int:
    return plan.recipe.tokenizer.vocab_size if plan.start is None else max(4, read_shape(plan.start).vocab)


def _examples(plan: Plan) -> Examples:
    """Return texts of random ids, as long as those to be learnt."""
    recipe = plan.recipe
    rng = np.random.default_rng(0)
    vocab = _vocab_size(plan)
    rows = plan.split.learnt[:: max(1, len(plan.split.learnt) // _SAMPLE)][:_SAMPLE]
    paired = recipe.model.seq2seq or recipe.model.family == "vae"
    longest = recipe.batch.longest_target if paired else 4 * recipe.batch.tokens

    def drawn(text: str, limit: int) -> list[int]:
        length = min(limit - 1, max(2, round(len(text.encode()) / BYTES_PER_TOKEN)))
        return rng.integers(3, vocab, length).tolist()

    targets = Ragged([drawn(text, longest) for _, text in rows])
    sources = Ragged([drawn(text, recipe.batch.longest_source) for text, _ in rows]) if recipe.model.seq2seq else None
    return Examples(targets, np.ones(len(rows)), sources)
