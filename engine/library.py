"""The writer's own models as things on a shelf: renamed, removed, and looked through byte for byte. Torch-free."""

from __future__ import annotations

import re
import shutil
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from engine.amounts import size_words
from engine.catalog import ModelEntry, check_files, entry_of, fault_sentence, list_models
from engine.errors import ModelError, StorageError
from engine.events import Event, Finished, Notice, Progress
from engine.gguf.entry import others_models
from engine.hub.files import HubFile, check_file
from engine.hub.staging import Source, read_source
from engine.paths import models_dir

_NAME = re.compile(r"[^/\\:*?\"<>|\x00-\x1f.][^/\\:*?\"<>|\x00-\x1f]{0,99}")


class Origin(Enum):
    """Where a model came from, which says whose it is to change."""

    EMBEDDED = auto()
    DOWNLOADED = auto()
    OWN = auto()  # trained or put here by the writer
    FOLDER = auto()  # elsewhere, and left as it is
    PROGRAM = auto()  # of another program, and left as it is
    SERVER = auto()  # on another machine


@dataclass(frozen=True, slots=True)
class Shelved:
    """A model of this machine; `fault` is a sentence about what is wrong with its files, "" for nothing."""

    entry: ModelEntry
    origin: Origin
    fault: str

    @property
    def name(self) -> str:
        """What the model is asked for by: its id, or its folder where that lies elsewhere."""
        elsewhere = self.origin in (Origin.FOLDER, Origin.PROGRAM)
        return str(self.entry.folder) if elsewhere else self.entry.id


def shelf(folders: Iterable[str] = ()) -> list[Shelved]:
    """Return the embedded models, the writer's own and those in `folders`, each of them looked over."""
    return [Shelved(entry, _origin(entry), _fault(entry)) for entry in list_models()] + folders_shelf(folders)


def folders_shelf(folders: Iterable[str]) -> list[Shelved]:
    """Return the models in those of `folders`, or GGUF files, that are there, each of them looked over."""
    entries = [entry_of(Path(folder)) for folder in dict.fromkeys(folders) if Path(folder).exists()]
    return [Shelved(entry, Origin.FOLDER, _fault(entry)) for entry in entries]


def programs_shelf() -> list[Shelved]:
    """Return the models of other programs, each looked over: a twentieth of a second for one that is new."""
    return [Shelved(entry, Origin.PROGRAM, _fault(entry)) for entry in others_models()]


def _origin(entry: ModelEntry) -> Origin:
    if not entry.folder.is_relative_to(models_dir()):
        return Origin.EMBEDDED
    return Origin.DOWNLOADED if read_source(entry.folder) else Origin.OWN


def _fault(entry: ModelEntry) -> str:
    try:
        check_files(entry.folder)
    except Exception as error:  # one model that cannot be looked over must not keep the others from being shown
        return fault_sentence(entry.folder, error)
    return "" if entry.tasks else entry.strength


def own_model(name: str) -> ModelEntry:
    """Return a model that is the writer's to change. Raises ModelError for embedded and unknown ones."""
    for entry in list_models():
        if entry.id == name:
            if not entry.folder.is_relative_to(models_dir()):
                raise ModelError(f"The model {name} belongs to Penwright and stays as it is.")
            return entry
    raise ModelError(f'There is no model "{name}" of your own: see them with `penwright-cli models`.')


def remove_model(name: str) -> None:
    """Delete a model of the writer's. Raises StorageError where that is impossible."""
    folder = own_model(name).folder
    try:
        if folder.is_symlink() or folder.is_file():
            folder.unlink()  # the writer's own link: what it leads to is not ours
        else:
            shutil.rmtree(folder)
    except OSError as error:
        raise StorageError(f"{folder} cannot be deleted: {error.strerror}.") from error


def rename_model(name: str, new: str) -> Path:
    """Give a model of the writer's another id and return its folder. Raises ModelError for a name that is no good."""
    folder = own_model(name).folder
    if not _NAME.fullmatch(new) or new != new.strip():
        raise ModelError(f'"{new}" is no name for a folder: use letters, digits, spaces and hyphens.')
    target = folder.with_name(new + folder.suffix if folder.is_file() else new)
    if target.exists() or any(entry.id == new for entry in list_models()):
        raise ModelError(f"There is a model called {new} already: choose another name.")
    try:
        return folder.rename(target)
    except OSError as error:
        raise StorageError(f"{folder} cannot be renamed: {error.strerror}.") from error


def verify_model(entry: ModelEntry) -> Generator[Event, None, None]:
    """Read a model through and compare it with what its origin said; say in a Notice how it is.

    Raises ModelError where it is damaged or incomplete.
    """
    check_files(entry.folder)
    source = read_source(entry.folder)
    if source is None:
        yield Notice(f"{entry.id} is complete. Where it came from is not known, so its bytes cannot be compared.")
        yield Finished()
        return
    damaged = yield from damaged_files(entry.folder, source)
    if damaged:
        names = ", ".join(file.path for file in damaged)
        raise ModelError(f"The model {entry.id} is damaged ({names}): repair it, or download {source.repo} again.")
    listed = any(file.path.endswith(".safetensors") for file in source.files)
    beside = "" if listed else " Its weights were converted here, and only their size can be compared."
    yield Notice(f"{entry.id} is whole: {size_words(source.size)} are as {source.repo} has them.{beside}")
    yield Finished()


def damaged_files(folder: Path, source: Source) -> Generator[Event, None, list[HubFile]]:
    """Read the files of `source` in `folder` through; return those that are missing or not as it describes them."""
    done, damaged = 0, []
    for file in source.files:
        path, whole = folder / file.path, False
        if path.is_file():
            checking = check_file(path, file)
            while True:
                try:
                    done += next(checking)
                except StopIteration as end:
                    whole = bool(end.value)
                    break
                yield Progress(done, source.size, "bytes", f"Checking {file.path}")
        if not whole:
            damaged.append(file)
    return damaged
