"""The training loop, a generator of reports: close it at any yield and resume it later, exactly."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from engine.catalog import find_model
from engine.device import Device, choose_device
from engine.errors import TrainingStateError
from engine.events import Event, Finished, Notice, Progress, Result, TrainingReport
from engine.modes import Mode
from engine.training.architectures import build_objective
from engine.training.batches import Batch, Batches, PairBatches, WindowBatches
from engine.training.corpus import Examples, Pair, Texts, directed, encode_examples, read_texts, training_strings
from engine.training.optimizer import Optimizer, learning_rate_factor
from engine.training.recipe import Recipe, read_recipe
from engine.training.run_state import load_state, save_state
from engine.training.tokenizers import train_tokenizer
from engine.training.validation import sample, validation_loss

_REPORT_EVERY = 10


def train(recipe_path: Path, out: Path, data: Path, steps: int | None = None, device: str = "") -> Iterator[Event]:
    """Train the recipe's model on the files below `data` and write it to `out/model`.

    A run that `out` holds already is resumed. `steps` replaces the recipe's number; on a
    resumed run it moves the end of the plateau. `device` is as in choose_device. Yields a
    TrainingReport every ten steps, and the final validation loss as a Result. Raises
    EngineError kinds.
    """
    recipe = read_recipe(recipe_path)
    if steps is not None:
        recipe = replace(recipe, schedule=replace(recipe.schedule, steps=steps))
    yield Progress(0, 3, "preparation", "reading texts")
    yield from train_recipe(recipe, read_texts(recipe, data), out, device)


def train_recipe(recipe: Recipe, texts: list[Texts], out: Path, device: str = "") -> Iterator[Event]:
    """Train on `texts`, already split into training and validation, and write the model to `out/model`.

    `recipe.sources` are not read: each of `texts` names its own source. A run that `out` holds
    already is resumed; closing the generator saves the run. Yields what `train` does. Raises
    EngineError kinds.
    """
    out.mkdir(parents=True, exist_ok=True)
    yield Progress(1, 3, "preparation", "learning the vocabulary")
    start = _starting_folder(recipe)
    tokenizer = _tokenizer(recipe, texts, out, start)
    yield Progress(2, 3, "preparation", "encoding")
    run = _Run(recipe, texts, tokenizer, out, choose_device(device), start)
    yield from run.steps()
    yield from run.finish()


def _starting_folder(recipe: Recipe) -> Path | None:
    if not recipe.start:
        return None
    return find_model(recipe.start, Mode(recipe.card.tasks[0])).folder


def _tokenizer(recipe: Recipe, texts: list[Texts], out: Path, start: Path | None) -> Tokenizer:
    path = out / "tokenizer.json"
    if path.is_file():
        return Tokenizer.from_file(str(path))
    if start is not None:
        shutil.copyfile(start / "tokenizer.json", path)
        return Tokenizer.from_file(str(path))
    tags = sorted({tag for entry in texts for tag in entry.source.tags})
    tokenizer = train_tokenizer(training_strings(texts), recipe.tokenizer, tags)
    tokenizer.save(str(path))
    return tokenizer


class _Run:
    """One run's model, batches and optimiser."""

    def __init__(
        self, recipe: Recipe, texts: list[Texts], tokenizer: Tokenizer, out: Path, device: Device, start: Path | None
    ) -> None:
        torch.manual_seed(recipe.seed)
        self._recipe = recipe
        self._tokenizer = tokenizer
        self._out = out
        self._device = device.torch_device
        dtype = device.dtype if recipe.precision == "auto" else getattr(torch, recipe.precision)
        self._objective = build_objective(recipe.model, tokenizer.get_vocab_size())
        if start is not None:
            self._objective.load(start)
        self._model = self._objective.module
        self._model.to(device=self._device, dtype=dtype).train()
        self._optimizer = Optimizer(self._model, recipe.optimizer)
        self._batches = self._make_batches([(directed(entry, entry.training), entry.source.weight) for entry in texts])
        self._held_out: list[Pair] = [pair for entry in texts for pair in directed(entry, entry.validation)]
        self._validation = self._make_batches([(self._held_out, 1.0)])
        self._position = load_state(out, self._optimizer)
        self._validation_loss = float("nan")
        self._nll = 0.0
        self._tokens = 0
        self._since = time.monotonic()

    def _make_batches(self, groups: list[tuple[list[Pair], float]]) -> Batches:
        recipe = self._recipe
        examples: Examples = encode_examples(self._tokenizer, recipe, groups)
        if recipe.model.family == "marian":
            return PairBatches(examples, recipe.batch, recipe.seed)
        return WindowBatches(examples, recipe.batch, recipe.model.context, recipe.seed)

    def steps(self) -> Iterator[Event]:
        """Train from the saved position to the last step."""
        total = self._recipe.schedule.steps
        if self._position.step:
            yield Notice(f"Resuming at step {self._position.step} of {total}.")
        while self._position.step < total:
            plans = self._batches.epoch(self._position.epoch)
            for plan in plans[self._position.index :]:
                self._step(self._batches.batch(plan))
                yield from self._after_step()
                if self._position.step >= total:
                    return
            self._position = replace(self._position, epoch=self._position.epoch + 1, index=0)

    def _step(self, batch: Batch) -> None:
        recipe = self._recipe
        smoothing = recipe.optimizer.label_smoothing
        result = self._objective.loss(batch.to(self._device), self._position.step, smoothing)
        result.loss.backward()
        factor = learning_rate_factor(self._position.step, recipe.optimizer, recipe.schedule)
        self._optimizer.step(self._position.step, factor, 1 / result.tokens)
        self._nll += float(result.nll)
        self._tokens += result.tokens
        position = self._position
        self._position = replace(position, step=position.step + 1, index=position.index + 1)
        if not torch.isfinite(result.loss):
            raise TrainingStateError("Training diverged: lower learning_rate in the recipe and start again.")

    def _after_step(self) -> Iterator[Event]:
        schedule, step = self._recipe.schedule, self._position.step
        last = step == schedule.steps
        if step % schedule.evaluate_every == 0 or last:
            yield self._report(measure=True)
        elif step % _REPORT_EVERY == 0:
            yield self._report(measure=False)
        else:
            yield Progress(step, schedule.steps, "steps")
        if step % schedule.checkpoint_every == 0 or last:
            save_state(self._out, self._optimizer, self._position)

    def _report(self, *, measure: bool) -> TrainingReport:
        seconds = max(1e-9, time.monotonic() - self._since)
        loss, speed = self._nll / max(1, self._tokens), self._tokens / seconds
        schedule = self._recipe.schedule
        done = self._position.step % _REPORT_EVERY or _REPORT_EVERY
        left = (schedule.steps - self._position.step) * seconds / done
        measured, score, text = self._measure() if measure else (None, None, "")
        self._nll, self._tokens, self._since = 0.0, 0, time.monotonic()
        return TrainingReport(self._position.step, schedule.steps, loss, speed, left, measured, score, text)

    def _measure(self) -> tuple[float, float | None, str]:
        self._optimizer.use_average()
        self._model.eval()
        self._validation_loss = validation_loss(self._objective, self._validation, self._device)
        score, text = sample(self._model, self._tokenizer, self._recipe, self._held_out)
        self._model.train()
        self._optimizer.use_masters()
        return self._validation_loss, score, text

    def finish(self) -> Iterator[Event]:
        """Write the averaged model and its card."""
        if math.isnan(self._validation_loss):  # resumed after its last step
            self._measure()
        self._optimizer.use_average()
        recipe = self._recipe
        self._objective.save(self._out / "model", self._tokenizer, recipe.card)
        loss, steps = self._validation_loss, self._position.step
        yield Result({"model": str(self._out / "model"), "validation_loss": loss, "steps": steps})
        yield Finished()
