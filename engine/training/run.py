"""One training run: its model, batches and optimiser, and where it stands."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from engine.device import Device
from engine.errors import TrainingStateError
from engine.events import Event, Notice, Progress, Result, TrainingReport
from engine.training.architectures import build_objective
from engine.training.batches import Batch, Batches, make_batches
from engine.training.corpus import Pair, Texts, directed, encode_examples
from engine.training.memory import check_room, check_start, training_bytes, weight_bytes
from engine.training.objective import BatchLoss, CarryingObjective, Objective
from engine.training.optimizer import Optimizer
from engine.training.recipe import Recipe
from engine.training.run_state import load_state, save_state
from engine.training.schedule import learning_rate_factor
from engine.training.validation import Measured, measure

_REPORT_EVERY = 10


@dataclass(slots=True)
class _Window:
    """Sums since the last report."""

    nll: Tensor | float = 0.0  # left where it was computed: reading it would wait for a GPU at every step
    tokens: int = 0
    texts: int = 0
    parts: Counter[str] = field(default_factory=Counter)
    since: float = field(default_factory=time.monotonic)

    def add(self, result: BatchLoss, texts: int) -> None:
        """Add a batch."""
        self.nll += result.nll
        self.tokens += result.tokens
        self.texts += texts
        self.parts.update(result.parts)

    def check(self) -> None:
        """Raise TrainingStateError where the loss is no number any more."""
        if not math.isfinite(self.nll):
            raise TrainingStateError("Training diverged: lower learning_rate in the recipe and start again.")


class Run:
    """Train step by step from where the state in `out` stands. Raises TrainingStateError for one of another recipe."""

    def __init__(
        self, recipe: Recipe, texts: list[Texts], tokenizer: Tokenizer, out: Path, device: Device, start: Path | None
    ) -> None:
        torch.manual_seed(recipe.seed)
        self._recipe = recipe
        self._tokenizer = tokenizer
        self._out = out
        self._device = device.torch_device
        self._dtype = device.dtype if recipe.precision == "auto" else getattr(torch, recipe.precision)
        self._objective: Objective = build_objective(recipe.model, tokenizer.get_vocab_size())
        if start is not None:
            check_start(start, device)
            self._objective.load(start)
        self._model = self._objective.module
        self._model.to(device=self._device, dtype=self._dtype).train()
        check_room(training_bytes(self._model, recipe.optimizer) - weight_bytes(self._model), device)
        self._optimizer = Optimizer(self._model, recipe.optimizer)
        more = recipe.augmentation
        self._batches = self._make_batches(
            [(directed(entry, entry.training, more), entry.source.weight) for entry in texts]
        )
        self._held_out: list[Pair] = [pair for entry in texts for pair in directed(entry, entry.validation)]
        self._validation = self._make_batches([(self._held_out, 1.0)]) if self._held_out else None
        self._schedule = recipe.schedule
        if recipe.schedule.epochs:
            steps = recipe.schedule.epochs * len(self._batches.epoch(0))
            self._schedule = replace(recipe.schedule, steps=steps)
        self._position, carried = load_state(out, self._optimizer)
        self._carried_on = {name: value.to(self._device) for name, value in carried.items()}
        self._measured: Measured | None = None
        self._window = _Window()

    def _make_batches(self, groups: list[tuple[list[Pair], float]]) -> Batches:
        return make_batches(encode_examples(self._tokenizer, self._recipe, groups), self._recipe)

    def steps(self) -> Iterator[Event]:
        """Train to the end that the schedule sets; closed before, the run is saved as it stands."""
        if self._position.step:
            yield Notice(f"Resuming at step {self._position.step} of {self._schedule.steps}.")
        try:
            while not self._over():
                yield from self._epoch()
        except GeneratorExit:
            self._save_state()
            raise

    def _epoch(self) -> Iterator[Event]:
        started = time.monotonic()
        plans = self._batches.epoch(self._position.epoch)
        self._objective.begin_epoch()
        if isinstance(self._objective, CarryingObjective) and self._carried_on:
            self._objective.carried = self._carried_on
        self._carried_on = {}
        for plan in plans[self._position.index :]:
            self._step(self._batches.batch(plan))
            self._spend(started)
            yield from self._after_step(epoch_over=self._position.index == len(plans))
            started = time.monotonic()
            if self._over():
                return
        self._position = replace(self._position, epoch=self._position.epoch + 1, index=0)

    def _over(self) -> bool:
        schedule, position = self._schedule, self._position
        out_of_time = bool(schedule.minutes) and position.seconds >= 60 * schedule.minutes
        out_of_patience = bool(schedule.patience) and position.waited >= schedule.patience
        return position.step >= schedule.steps or out_of_time or out_of_patience

    def _spend(self, started: float) -> None:
        self._position = replace(self._position, seconds=self._position.seconds + time.monotonic() - started)

    def _step(self, batch: Batch) -> None:
        settings, position = self._recipe.optimizer, self._position
        result = self._objective.loss(batch.to(self._device), position.step, settings.label_smoothing)
        result.loss.backward()
        spent = position.seconds / (60 * self._schedule.minutes) if self._schedule.minutes else 0.0
        factor = learning_rate_factor(position.step, settings, self._schedule, position.epoch, spent)
        self._optimizer.step(position.step, factor, 1 / result.tokens)
        self._window.add(result, batch.targets.shape[0])
        self._measured = None
        self._position = replace(position, step=position.step + 1, index=position.index + 1)

    def _after_step(self, *, epoch_over: bool) -> Iterator[Event]:
        schedule, step = self._schedule, self._position.step
        due = step % schedule.evaluate_every == 0 if schedule.evaluate_every else epoch_over
        if due or self._over():
            self._measure()
            yield self._report()
        elif step % _REPORT_EVERY == 0:
            yield self._report()
        else:
            yield Progress(step, schedule.steps, "steps")
        if step % schedule.checkpoint_every == 0 or self._over():
            self._window.check()
            self._save_state()

    def _report(self) -> TrainingReport:
        self._window.check()
        window, measured, step = self._window, self._measured, self._position.step
        self._window = _Window()
        speed = window.tokens / max(1e-9, time.monotonic() - window.since)
        loss = float(window.nll) / max(1, window.tokens)
        total, left = self._outlook()
        if measured is None:
            parts = {name: value / window.texts for name, value in window.parts.items()}
            return TrainingReport(step, total, loss, speed, left, parts=parts)
        found = (measured.loss, measured.score, measured.sample, measured.parts)
        return TrainingReport(step, total, loss, speed, left, *found)

    def _outlook(self) -> tuple[int, float]:
        """Return how many steps there will be, and the seconds that those left will take."""
        position, schedule = self._position, self._schedule
        left = (schedule.steps - position.step) * position.seconds / position.step
        if not schedule.minutes or position.seconds + left <= 60 * schedule.minutes:
            return schedule.steps, left
        left = max(0.0, 60 * schedule.minutes - position.seconds)
        return position.step + round(left * position.step / position.seconds), left

    def _measure(self) -> Measured:
        started = time.monotonic()
        self._optimizer.keep_masters()
        self._optimizer.use_average()
        self._model.eval()
        if self._validation is None:
            measured = Measured(math.nan)
        else:
            measured = measure(
                self._objective, self._validation, self._tokenizer, self._recipe, self._held_out, self._device
            )
        if self._schedule.patience:
            self._keep_best(measured.loss)
        self._model.train()
        self._optimizer.use_masters()
        self._measured = measured
        self._spend(started)
        return measured

    def _keep_best(self, loss: float) -> None:
        position = self._position
        if loss < position.best:
            self._save_model()
            self._position = replace(position, best=loss, waited=0)
        else:
            self._position = replace(position, waited=position.waited + 1)

    def _save_model(self) -> None:
        """Write the averaged model, and put the one in training back as it was."""
        before = {name: value.clone() for name, value in self._model.state_dict().items()}
        self._model.float()
        self._optimizer.use_average()
        self._objective.save(self._out / "model", self._tokenizer, self._recipe.card)
        self._model.to(self._dtype)
        self._model.load_state_dict(before)

    def _save_state(self) -> None:
        carried: dict[str, Tensor] = self._carried_on
        if isinstance(self._objective, CarryingObjective):
            carried = self._objective.carried or carried
        save_state(self._out, self._optimizer, self._position, carried)

    def finish(self) -> Iterator[Event]:
        """Write the averaged model as it stands or, with patience, leave the best one; yield its Result."""
        measured = self._measured or self._measure()
        values: dict[str, Any] = {"model": str(self._out / "model"), "steps": self._position.step}
        if self._schedule.patience and self._position.best < math.inf:
            values["validation_loss"] = self._position.best
        else:
            self._save_model()
            values |= {"validation_loss": measured.loss, **measured.parts}
        yield Result(values)
