"""Twenty unpicked continuations of an embedded story model, and the baselines it is to beat.

    python -m benchmarks.stories continuations --eval DATA/eval [--language zh] > docs/results/continuations-en.md
    python -m benchmarks.stories baselines --eval DATA/eval --train DATA/train [--language zh] [--minutes 60]

Places in the held-out texts are drawn by a seed, and so is each continuation: nothing is chosen. Baselines are a
Kneser-Ney 5-gram and a small LSTM (two layers of 200) on the recipe's texts, in bits per byte of the held-out ones.
"""

from __future__ import annotations

import argparse
import lzma
from dataclasses import replace
from pathlib import Path

from engine.catalog import default_model
from engine.cli.output import describe
from engine.cli.starter_sets import BOOKS
from engine.cli.story_shape import continuations, passages, story_params
from engine.device import choose_device
from engine.environment import prepare_environment
from engine.evaluation import bits_per_byte
from engine.events import TrainingReport
from engine.models.loaded import load_model
from engine.modes import Mode
from engine.paths import assets_dir
from engine.training.corpus import Texts, read_texts
from engine.training.ngram_baseline import ngram_bits_per_byte
from engine.training.recipe import (
    BatchSettings,
    ModelSettings,
    OptimizerSettings,
    Recipe,
    ScheduleSettings,
)
from engine.training.recipe_file import read_recipe
from engine.training.trainer import train_recipe

_COUNT, _SEED = 20, 1
_SHOWN = 60  # characters at the end of a prompt: the books are not ours to print
_RECIPES = {"en": "story-en", "zh": "story-zh"}
_MOST = 400_000  # characters of a held-out text that baselines are measured on


def _result(generator):  # noqa: ANN001, ANN202
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


def _books(folder: Path, language: str) -> dict[str, str]:
    paths = {name: folder / "lm" / f"{name}.txt.xz" for name in BOOKS[language]}
    return {name: lzma.open(path, "rt", encoding="utf-8").read() for name, path in paths.items()}


def show_continuations(options: argparse.Namespace) -> None:
    """Print the continuations as Markdown."""
    entry = default_model(Mode.WRITE, options.language)
    model = _result(load_model(entry.folder, choose_device(options.device), entry.id))
    places = passages(model, "\n".join(_books(options.eval, options.language).values()), options.count, _SEED)
    written = _result(continuations(model, [place.prompt for place in places], story_params(_SEED)))
    print(f"# {len(places)} continuations by {entry.id}\n")
    command = f"python -m benchmarks.stories continuations --eval DATA/eval --language {options.language}"
    print(f"Made by `{command}`, story preset, 200 tokens each,")
    print(f"weights held in {model.held}, one thread. None was left out.")
    for number, (place, text) in enumerate(zip(places, written, strict=True)):
        print(f"\n## Seed {_SEED + number}\n\n> … {_one_line(place.prompt)[-_SHOWN:]}\n\n{_one_line(text)}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def show_baselines(options: argparse.Namespace) -> None:
    """Print bits per byte of the n-gram model and the LSTM on every held-out text."""
    recipe = read_recipe(assets_dir() / "recipes" / f"{_RECIPES[options.language]}.toml")
    texts = read_texts(recipe, options.train)
    held_out = {name: text[:_MOST] for name, text in _books(options.eval, options.language).items()}
    for name, text in held_out.items():
        bits = ngram_bits_per_byte(_documents(texts, "training"), _documents(texts, "validation"), [text])
        print(f"Kneser-Ney 5-gram, {name}: {bits:.3f} bits per byte", flush=True)
    lstm = _lstm(recipe, options.minutes)
    for event in train_recipe(lstm, texts, options.work, options.device):
        if isinstance(event, TrainingReport) and event.validation_loss is not None:
            print(describe(event), flush=True)
    model = _result(load_model(options.work / "model", choose_device(options.device), "lstm"))
    for name, text in held_out.items():
        print(f"LSTM 2 x 200, {options.minutes:g} minutes, {name}: {bits_per_byte(model, text):.3f} bits per byte")


def _documents(texts: list[Texts], part: str) -> list[str]:
    return [text for entry in texts for _, text in getattr(entry, part)]


def _lstm(recipe: Recipe, minutes: float) -> Recipe:
    """Return the recipe with a small LSTM in place of the Transformer, for as long."""
    return replace(
        recipe,
        name="lstm",
        start="",
        model=ModelSettings("recurrent", hidden=200, embedding=200, layers=2, tied=True, context=8192),
        batch=BatchSettings(streams=32, bptt=64),
        optimizer=OptimizerSettings(learning_rate=3e-3, kind="adamw", warmup=100, decay=0.7),
        schedule=ScheduleSettings(
            steps=10**6, minutes=minutes, evaluate_every=500, validation=recipe.schedule.validation
        ),
    )


def main() -> None:
    """Run one of the two programs."""
    prepare_environment()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", choices=("continuations", "baselines"))
    parser.add_argument("--eval", type=Path, required=True)
    parser.add_argument("--train", type=Path)
    parser.add_argument("--language", choices=tuple(BOOKS), default="en")
    parser.add_argument("--count", type=int, default=_COUNT)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--work", type=Path, default=Path("runs/lstm-baseline"))
    parser.add_argument("--device", default="")
    options = parser.parse_args()
    if options.program == "continuations":
        show_continuations(options)
    elif options.train is None:
        parser.error("baselines are trained: name the texts with --train")
    else:
        show_baselines(options)


if __name__ == "__main__":
    main()
