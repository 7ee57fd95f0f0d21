"""Pickled weights as safetensors: read by a process that can do little else, into a copy of the model. Torch-free."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import engine
from engine.catalog import check_files
from engine.errors import ModelError
from engine.events import Event, Finished, ModelInstalled, Progress
from engine.hub.files import HubFile, needed_files
from engine.hub.pieces import make_tokenizer
from engine.hub.staging import free_name, move_in, staged_copy
from engine.json_files import read_object
from engine.model_checks import inside

_MADE = "model.safetensors"
_SINGLE, _INDEX = "pytorch_model.bin", "pytorch_model.bin.index.json"
_KEPT = ("PATH", "SYSTEMROOT", "LANG", "TMPDIR", "TEMP")  # of the environment, which may hold secrets
_PAUSE = 0.2  # seconds


def convert_model(folder: Path) -> Generator[Event, None, None]:
    """Put a copy of the model in `folder` into the catalogue, its pickled weights as safetensors.

    Ends with ModelInstalled. The folder stays as it is, and a conversion that is closed leaves nothing. Raises
    ModelError where the weights hold anything but numbers, or the model is not whole.
    """
    pickles = _pickles(folder)
    total = sum(path.stat().st_size for path in pickles)
    with staged_copy(folder, "converted", total) as staging:
        target = staging / _MADE
        yield from _in_process(pickles, target, total)
        for file in _beside(folder, target.stat().st_size):
            shutil.copy(inside(folder, file), staging / file)
        make_tokenizer(staging)
        check_files(staging)
        made = move_in(staging, free_name(folder.name))
    yield ModelInstalled(made.name, str(made))
    yield Finished()


def convert_in_place(folder: Path) -> Generator[Event, None, None]:
    """Put safetensors in the place of pickled weights in `folder`, which is one of ours, not yet in the catalogue.

    Raises ModelError where they hold anything but numbers.
    """
    if not is_converted(folder):  # else a kill came after it
        pickles = _pickles(folder)
        part = folder / f"{_MADE}.part"
        yield from _in_process(pickles, part, sum(path.stat().st_size for path in pickles))
        part.replace(folder / _MADE)
    for path in folder.glob("pytorch_model*.bin*"):
        path.unlink()


def is_converted(folder: Path) -> bool:
    """Tell whether `convert_in_place` has made its file in `folder`, whole as it appears at once."""
    return (folder / _MADE).exists()


def is_pickled(folder: Path) -> bool:
    """Tell whether the weights in `folder` are pickled and nothing else."""
    pickles = any((folder / name).is_file() for name in (_SINGLE, _INDEX))
    return pickles and not any(folder.glob("*.safetensors"))


def _pickles(folder: Path) -> list[Path]:
    """Return the files with pickled weights."""
    if any(folder.glob("*.safetensors")):
        raise ModelError(f"The model in {folder} has safetensors already: import it.")
    if (folder / _INDEX).is_file():
        try:
            names = set(read_object(folder / _INDEX)["weight_map"].values())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{folder / _INDEX} is damaged: copy the model again.") from error
    else:
        names = {_SINGLE}
    paths = [inside(folder, str(name)) for name in sorted(names, key=str)]
    for path in paths:
        if not path.is_file():
            raise ModelError(f"{folder} holds no {path.name}: choose the folder of a model with pickled weights.")
    return paths


def _beside(folder: Path, weights: int) -> list[str]:
    """Return the names of the files that a model needs beside its weights."""
    there = [HubFile(path.name, path.stat().st_size) for path in folder.iterdir() if path.is_file()]
    needed = needed_files([*there, HubFile(_MADE, weights)], folder.name)
    return [file.path for file in needed if file.path != _MADE]


def _in_process(pickles: list[Path], target: Path, total: int) -> Generator[Event, None, None]:
    """Have a process of its own write `target`; it gets nothing of our environment that could be worth stealing."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    paths = [str(Path(engine.__path__[0]).parent), os.environ.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    command = [sys.executable, "-P", "-m", "engine.models.unpickle", str(target), *map(str, pickles)]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while process.poll() is None:
            done = target.stat().st_size if target.is_file() else 0
            yield Progress(min(done, total), total, "bytes", "Reading the weights in a process of their own")
            try:
                process.wait(_PAUSE)
            except subprocess.TimeoutExpired:
                continue
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        raise ModelError(
            f"The weights {pickles[0].parent.name}/{pickles[0].name} were not converted: they hold more than numbers, "
            "or are damaged. Choose a version of the model with safetensors."
        )
