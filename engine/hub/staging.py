"""Downloads that are not complete: a folder for each, with a list of what belongs into it. Torch-free."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.amounts import size_words
from engine.errors import StorageError
from engine.hub.files import HubFile
from engine.json_files import read_object
from engine.paths import downloads_dir, models_dir

LIST = "source.json"  # goes along into the model's folder, where `verify` reads it
_MADE = ("card.md", "model.safetensors", "tokenizer.json")  # what we may have put beside the files of an origin
_SPARE = 200_000_000  # bytes of the disk that are left alone


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model comes from, and its files as their origin describes them."""

    repo: str
    commit: str
    files: tuple[HubFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def staging_folder(repo: str) -> Path:
    """Return the folder in which a download of `repo` grows."""
    return downloads_dir() / repo.replace("/", "--")


def read_source(folder: Path) -> Source | None:
    """Return what `folder` is to hold, None where no list tells."""
    try:
        values = read_object(folder / LIST)
        return Source(**{**values, "files": tuple(HubFile(**file) for file in values["files"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_source(folder: Path, source: Source) -> None:
    """Keep what `folder` is to hold. Raises StorageError where that is impossible."""
    part = folder / f"{LIST}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(asdict(source), indent=1) + "\n", encoding="utf-8")
        part.replace(folder / LIST)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}. Make room, or look who owns it.") from error


@contextmanager
def staged_copy(folder: Path, doing: str, needed: int) -> Iterator[Path]:
    """Give an empty folder for a copy of the model in `folder`, of which nothing stays that was not moved in.

    `doing` says in a participle what is done, "copied" for instance. Raises StorageError where `needed` bytes find no
    room, or the system refuses.
    """
    name = f"{doing}--{folder.name}"
    staging = staging_folder(name)
    check_room(staging, needed)
    discard(name)
    try:
        staging.mkdir(parents=True)
        yield staging
    except OSError as error:
        raise StorageError(f"{folder} could not be {doing}: {error.strerror}.") from error
    finally:
        discard(name)


def unfinished() -> list[tuple[Source, int]]:
    """Return the downloads that are not complete, with how many bytes of each are there."""
    found = []
    for folder in sorted(downloads_dir().glob("*")):
        source = read_source(folder)
        if source is not None:
            found.append((source, present(folder, source)))
    return found


def present(folder: Path, source: Source) -> int:
    """Return how many bytes of `source` are in `folder`."""
    paths = (folder / file.path for file in source.files)
    return sum(path.stat().st_size for path in paths if path.is_file())


def discard(repo: str) -> None:
    """Leave nothing of the download of `repo`."""
    shutil.rmtree(staging_folder(repo), ignore_errors=True)
    if downloads_dir().is_dir() and not any(downloads_dir().iterdir()):
        downloads_dir().rmdir()


def keep_only(folder: Path, source: Source) -> None:
    """Remove from `folder` what is neither a file of `source` nor of our own making, as a kill may leave it."""
    known = {file.path for file in source.files} | {LIST, *_MADE}
    for path in folder.iterdir():
        if path.name not in known:
            path.unlink()


def check_room(folder: Path, needed: int) -> None:
    """Raise StorageError unless the disk of `folder` takes `needed` bytes more and keeps some to spare."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    if needed + _SPARE > free:
        raise StorageError(
            f"The model needs {size_words(needed)}, but the disk has {size_words(free)} left: make room first."
        )


def free_name(repo: str) -> str:
    """Return the name that a model from `repo` gets: its own, or with its owner's where that is taken."""
    own = repo.rsplit("/", 1)[-1]
    return own if not (models_dir() / own).exists() else repo.replace("/", "--")


def move_in(staging: Path, name: str) -> Path:
    """Move a whole model into the catalogue in one step and return its folder.

    Raises StorageError where there is one of that name, or the move is impossible.
    """
    target = models_dir() / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise StorageError(f"There is a model called {name} already: remove or rename it first.")
        os.rename(staging, target)  # noqa: PTH104 - unlike Path.rename it never replaces a folder with files
    except OSError as error:
        raise StorageError(f"The model could not be put into {target}: {error.strerror}.") from error
    return target
