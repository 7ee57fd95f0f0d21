"""A model from the hub into the catalogue: only what it needs, checked byte for byte, whole or not at all."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path

from engine.amounts import duration_words, size_words
from engine.catalog import check_files
from engine.conversion import convert_in_place, is_converted
from engine.errors import NetworkError
from engine.events import Event, Finished, ModelInstalled, Notice, Progress
from engine.hub.cards import write_hub_card
from engine.hub.client import Hub, Repository
from engine.hub.files import HubFile, check_file, fetched_files, pickled_among
from engine.hub.meter import Meter
from engine.hub.pieces import make_tokenizer
from engine.hub.request import HubRequest
from engine.hub.staging import (
    Source,
    check_room,
    discard,
    free_name,
    keep_only,
    move_in,
    present,
    read_source,
    staging_folder,
    write_source,
)
from engine.hub.transfer import PATIENCE, Received, receive

_UNIT = "bytes"


def download(hub: Hub, request: HubRequest, patience: Sequence[float] = PATIENCE) -> Generator[Event, None, None]:
    """Fetch the model `request.name`, or go on with its download; end with ModelInstalled.

    Closed or killed at any moment, it goes on from the last byte when it is asked for again.
    Raises EngineError; what has come so far is kept unless it was wrong.
    """
    repo, folder = request.name, staging_folder(request.name)
    old = read_source(folder)
    revision = request.revision or (old.commit if old else "")  # what was begun goes on, whatever is newer
    found = hub.repository(repo, revision)
    whole = Source(found.repo, found.commit, tuple(fetched_files(found.files, repo)))
    pickles = pickled_among(whole.files)
    rest = replace(whole, files=tuple(file for file in whole.files if file not in pickles))
    if old not in (None, whole, rest):
        yield Notice(f"The download of {repo} that was begun is of another version and starts anew.")
        discard(repo)
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
    yield from _install(found, rest, folder)


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


def _install(found: Repository, source: Source, folder: Path) -> Generator[Event, None, None]:
    write_hub_card(folder, found)
    keep_only(folder, source)
    check_files(folder)
    target = move_in(folder, free_name(source.repo))
    discard(source.repo)
    yield ModelInstalled(target.name, str(target))
    yield Finished()
