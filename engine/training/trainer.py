"""Training from a recipe, a generator of reports: close it at any yield and resume it later, exactly."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

from tokenizers import Tokenizer

from engine.catalog import find_model
from engine.device import choose_device
from engine.events import Event, Finished, Progress
from engine.modes import Mode
from engine.training.cleaning import clean_texts
from engine.training.corpus import Texts, read_texts, training_strings
from engine.training.recipe import Recipe
from engine.training.recipe_file import read_recipe
from engine.training.run import Run
from engine.training.tokenizers import train_tokenizer


def train(recipe_path: Path, out: Path, data: Path, steps: int | None = None, device: str = "") -> Iterator[Event]:
    """Train the recipe's model on the files below `data` and write it to `out/model`.

    A run that `out` holds already is resumed. `steps` replaces the recipe's number; on a
    resumed run it moves the end of the plateau. `device` is as in choose_device. Yields a
    TrainingReport every ten steps, and the final validation loss as a Result. Raises
    EngineError kinds.
    """
    recipe = read_recipe(recipe_path)
    if steps is not None:
        recipe = replace(recipe, schedule=replace(recipe.schedule, steps=steps, epochs=0))
    yield Progress(0, 3, "preparation", "reading texts")
    texts = yield from clean_texts(read_texts(recipe, data), recipe, data)
    yield from train_recipe(recipe, texts, out, device)


def train_recipe(recipe: Recipe, texts: list[Texts], out: Path, device: str = "") -> Iterator[Event]:
    """Train on `texts`, already split into training and validation, and write the model to `out/model`.

    `recipe.sources` are not read: each of `texts` names its own source. A run that `out` holds
    already is resumed; closing the generator saves the run. With patience, `out/model` holds the best
    model from the first evaluation on. Yields what `train` does. Raises EngineError kinds.
    """
    run = yield from _prepared(recipe, texts, out, device)
    yield from run.steps()
    yield from run.finish()
    yield Finished()


def finish_recipe(recipe: Recipe, texts: list[Texts], out: Path, device: str = "") -> Iterator[Event]:
    """End the run that `out` holds without another step: its best model so far is left in `out/model`.

    Yields the validation loss as a Result. Raises EngineError kinds.
    """
    run = yield from _prepared(recipe, texts, out, device)
    yield from run.finish()
    yield Finished()


def _prepared(recipe: Recipe, texts: list[Texts], out: Path, device: str) -> Generator[Event, None, Run]:
    out.mkdir(parents=True, exist_ok=True)
    yield Progress(1, 3, "preparation", "learning the vocabulary")
    start = _starting_folder(recipe)
    tokenizer = _tokenizer(recipe, texts, out, start)
    yield Progress(2, 3, "preparation", "encoding")
    return Run(recipe, texts, tokenizer, out, choose_device(device), start)


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
