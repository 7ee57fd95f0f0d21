"""Repair a model that came from the hub: only the files that are not as their origin described them are fetched."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

from engine.amounts import size_words
from engine.catalog import check_files
from engine.errors import ModelError
from engine.events import Event, Finished, ModelInstalled, Notice
from engine.hub.client import Hub
from engine.hub.download import fetch_file
from engine.hub.holding import clear, held, writing
from engine.hub.meter import Meter
from engine.hub.staging import check_room, present, read_source
from engine.hub.transfer import PATIENCE
from engine.library import damaged_files, own_model

_WORKPLACE = ".repair"  # in the model's folder: what was fetched before a kill is there for the next attempt


def repair(hub: Hub, name: str, patience: Sequence[float] = PATIENCE) -> Generator[Event, None, None]:
    """Fetch what is missing or damaged of the model `name`, each file put in place once it is whole.

    Raises ModelError where its origin is not known, or weights that were converted here are damaged, which no origin
    has, and EngineError for whatever keeps a file from coming.
    """
    folder = own_model(name).folder
    with held(f".repaired-{name}", f"{name} is being repaired"), writing(folder):
        yield from _repair(hub, name, folder, patience)
    yield Finished()


def _repair(hub: Hub, name: str, folder: Path, patience: Sequence[float]) -> Generator[Event, None, None]:
    source = read_source(folder)
    if source is None:
        raise ModelError(f"Where {name} came from is not known, so it cannot be repaired: download or copy it again.")
    lacking = replace(source, files=tuple((yield from damaged_files(folder, source))))
    if not lacking.files:
        check_files(folder)
        yield Notice(f"{name} is whole: nothing had to be fetched.")
        return
    workplace = _workplace(folder)
    check_room(workplace, lacking.size - present(workplace, lacking))
    meter = Meter(lacking.size, present(workplace, lacking))
    for file in lacking.files:
        yield from fetch_file(hub, lacking, file, workplace, meter, patience)
        (workplace / file.path).replace(folder / file.path)
    clear(workplace)
    check_files(folder)
    yield ModelInstalled(name, str(folder))
    yield Notice(f"{name} is whole again: {size_words(lacking.size)} were fetched.")


def _workplace(folder: Path) -> Path:
    """Return the folder in `folder` in which files grow, without links, which could lead what is written elsewhere."""
    workplace = folder / _WORKPLACE
    if workplace.is_symlink():
        workplace.unlink()
    workplace.mkdir(exist_ok=True)
    for path in workplace.iterdir():
        if not path.is_file() or path.is_symlink():
            clear(path)
    return workplace
