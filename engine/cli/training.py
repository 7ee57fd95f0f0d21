"""`train`: a recipe in, a line of the training curve now and then, a model directory out."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.cli.output import JsonOutput, describe
from engine.errors import SettingsError
from engine.events import Event, Notice, Progress, Result, TrainingReport

_STATE = "state.safetensors"


def run(options: argparse.Namespace) -> None:
    """Train by `options.recipe` and print the reports."""
    recipe = Path(options.recipe)
    folder = Path(options.out) if options.out else Path("runs") / recipe.stem
    _check_folder(folder, resume=options.resume)
    from engine.training.trainer import train

    for event in train(recipe, folder, Path(options.data), options.steps, options.device):
        _show(event, as_json=options.json)


def _check_folder(folder: Path, *, resume: bool) -> None:
    begun = (folder / _STATE).is_file()
    if begun and not resume:
        raise SettingsError(f"{folder} holds a training run: go on with it by --resume, or name another --out.")
    if resume and not begun:
        raise SettingsError(f"{folder} holds no training run to resume: name its folder with --out.")


def _show(event: Event, *, as_json: bool) -> None:
    if as_json:
        JsonOutput().show(event)
        return
    match event:
        case Progress(unit="steps"):
            return  # the reports say it
        case TrainingReport() | Notice() | Progress():
            text = describe(event)
        case Result(values):
            text = "\n".join(f"{name}: {value}" for name, value in values.items())
        case _:
            return
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
