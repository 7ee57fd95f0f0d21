"""A model from the hub into the catalogue: only what it needs, checked byte for byte, whole or not at all."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

from engine.amounts import duration_words, size_words
from engine.catalog import check_files
from engine.conversion import convert_in_place, is_converted
from engine.errors import ModelError, NetworkError, SettingsError
from engine.events import Event, Finished, ModelInstalled, Notice, Progress
from engine.hub.cards import write_hub_card
from engine.hub.client import Hub
from engine.hub.curated import CuratedModel, curated_models
from engine.hub.files import HubFile, check_file, fetched_files, pickled_among
from engine.hub.holding import clear, writing
from engine.hub.meter import Meter
from engine.hub.pieces import make_tokenizer
from engine.hub.request import HubRequest
from engine.hub.staging import (
    Source,
    check_room,
    fetching,
    free_name,
    keep_only,
    move_in,
    present,
    read_source,
    write_source,
)
from engine.hub.transfer import PATIENCE, Received, receive

_UNIT = "bytes"


def download(hub: Hub, request: HubRequest, patience: Sequence[float] = PATIENCE) -> Generator[Event, None, None]:
    """Fetch the model `request.name`, or go on with its download; end with ModelInstalled.

    Closed or killed at any moment, it goes on from the last byte when it is asked for again.
    Raises EngineError; what has come so far is kept unless it was wrong.
    """
    with fetching(request.name) as folder, writing(folder):
        target = yield from _fetch(hub, request, folder, patience)
    yield ModelInstalled(target.name, str(target))
    yield Finished()


def _fetch(hub: Hub, request: HubRequest, folder: Path, patience: Sequence[float]) -> Generator[Event, None, Path]:
    """Let the model grow in `folder`, which is held, and return where it is once it is whole."""
    repo, old = request.name, read_source(folder)
    revision = request.revision or (old.commit if old else "")  # what was begun goes on, whatever is newer
    found = hub.repository(repo, revision)
    whole = Source(found.repo, found.commit, tuple(fetched_files(found.files, repo)))
    pickles = pickled_among(whole.files)
    rest = replace(whole, files=tuple(file for file in whole.files if file not in pickles))
    if old and old.commit != whole.commit and request.revision:
        raise ModelError(
            f"{size_words(present(folder, old))} of another version of {repo} are here: name no version to go on with "
            "that, or cancel its download first."
        )
    if old not in (None, whole, rest):
        yield Notice(f"The download of {repo} that was begun is of another version and starts anew.")
        clear(folder)
    source = rest if pickles and is_converted(folder) else whole  # converted before a kill, pickles stay gone
    write_source(folder, source)
    made = source.size - rest.size  # what pickles are converted to, which lie beside it
    check_room(folder, source.size + made - present(folder, source))
    meter = Meter(source.size, present(folder, source))
    for file in source.files:
        yield from fetch_file(hub, source, file, folder, meter, patience)
    if pickles:
        yield from convert_in_place(folder)
        write_source(folder, rest)
    make_tokenizer(folder)
    write_hub_card(folder, found, (yield from _known(repo, found.repo)))
    keep_only(folder, rest)
    check_files(folder)
    return move_in(folder, free_name(rest.repo))


def fetch_file(
    hub: Hub, source: Source, file: HubFile, folder: Path, meter: Meter, patience: Sequence[float]
) -> Generator[Event, None, None]:
    """Fetch what is missing of a file of `source` into `folder` and check it.

    One that is wrong is fetched once more from its beginning. Raises NetworkError where that does not help.
    """
    path = folder / file.path
    for _ in range(2):
        for step in receive(hub, source.repo, source.commit, file, path, patience):
            if not isinstance(step, Received):
                note = f"{file.path}: the connection was lost, next try in {duration_words(step.seconds)}"
                yield Progress(meter.done, source.size, _UNIT, note)
            elif meter.add(step.count):
                yield Progress(meter.done, source.size, _UNIT, meter.words)
        if (yield from _checked(path, file, meter.done, source.size)):
            return
        meter.add(-path.stat().st_size)
        path.unlink()
        yield Progress(meter.done, source.size, _UNIT, meter.words)
        yield Notice(f"{file.path} arrived damaged and is fetched once more.")
    raise NetworkError(f"{file.path} of {source.repo} arrived damaged twice: try later, or another address of the hub.")


def _checked(path: Path, file: HubFile, done: int, total: int) -> Generator[Event, None, bool]:
    hashing, hashed = check_file(path, file), 0
    while True:
        try:
            hashed += next(hashing)
        except StopIteration as end:
            return bool(end.value)
        yield Progress(done, total, _UNIT, f"Checking {file.path}, {size_words(hashed)} of {size_words(file.size)}")


def _known(*names: str) -> Generator[Event, None, CuratedModel | None]:
    """Return the curated model of one of `names`, None without one; a list that is damaged spoils no download."""
    try:
        return next((model for model in curated_models() if model.repo in names), None)
    except SettingsError as error:
        yield Notice(str(error))
        return None
