"""A model from a folder, such as one that was copied from another machine, into the catalogue."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from pathlib import Path

from engine.catalog import check_files
from engine.conversion import is_pickled
from engine.errors import ModelError
from engine.events import Event, Finished, ModelInstalled, Progress
from engine.hub.files import HubFile, needed_files
from engine.hub.meter import Meter
from engine.hub.pieces import lacks_tokenizer, make_tokenizer
from engine.hub.staging import LIST, free_name, move_in, read_source, staged_copy
from engine.model_checks import inside

_BLOCK = 8_000_000
_UNIT = "bytes"


def import_model(folder: Path) -> Generator[Event, None, None]:
    """Copy what a model needs from `folder`; end with ModelInstalled. A copy that is closed leaves nothing.

    Raises ModelError for a folder that is no whole model, or from which links lead elsewhere.
    """
    if not folder.is_dir():
        raise ModelError(f"{folder} is no folder: choose the one that holds the model's config.json.")
    if any(folder.glob("*.gguf")) and not (folder / "config.json").is_file():
        raise ModelError(
            f"GGUF files, such as those in {folder}, are used where they lie and need no import: choose one by "
            "Models > Choose a GGUF file…, or with --model."
        )
    if is_pickled(folder):
        raise ModelError(
            f"The weights in {folder} are pickled, a format that can run programs, and are not loaded: "
            "convert a copy, or choose a version of the model with safetensors."
        )
    if not lacks_tokenizer(folder):  # else it is made in the copy
        check_files(folder)
    names = [path.name for path in folder.iterdir() if path.is_file()]
    files = needed_files([HubFile(name, inside(folder, name).stat().st_size) for name in names], folder.name)
    ours = ["card.md", LIST] if read_source(folder) else ["card.md"]  # a list that is not ours says nothing
    extra = [HubFile(name, (folder / name).stat().st_size) for name in ours if name in names]
    files += [file for file in extra if file not in files]
    total = sum(file.size for file in files)
    meter = Meter(total, 0)
    with staged_copy(folder, "copied", total) as staging:
        for file in files:
            yield from _copy(folder / file.path, staging / file.path, meter)
        make_tokenizer(staging)
        check_files(staging)
        target = move_in(staging, free_name(folder.name))
    yield ModelInstalled(target.name, str(target))
    yield Finished()


def _copy(source: Path, target: Path, meter: Meter) -> Generator[Event, None, None]:
    with source.open("rb") as reading, target.open("wb") as writing:
        while block := reading.read(_BLOCK):
            writing.write(block)
            if meter.add(len(block)):
                yield Progress(meter.done, meter.total, _UNIT, meter.words)
    shutil.copymode(source, target)
