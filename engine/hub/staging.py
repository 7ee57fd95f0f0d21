"""Downloads that are not complete: a folder for each, with a list of what belongs into it. Torch-free."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.amounts import size_words
from engine.errors import StorageError
from engine.hub.files import HubFile, checked_file, is_plain
from engine.hub.holding import clear, held, writing
from engine.hub.names import folder_name, is_repo, repo_of
from engine.json_files import read_object
from engine.paths import downloads_dir, models_dir

LIST = "source.json"  # goes along into the model's folder, where `verify` reads it
_LONGEST = 10_000_000  # bytes of a list
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


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A download that is not complete: the name it was begun by, and how many bytes of how many are there."""

    repo: str
    done: int
    total: int


def staging_folder(repo: str) -> Path:
    """Return the folder in which a download of `repo` grows. Raises ModelError where that is no repository's name."""
    return downloads_dir() / folder_name(repo)


def fetching(repo: str) -> AbstractContextManager[Path]:
    """Hold the folder of `staging_folder`, as long as a download of `repo` runs or is given up.

    Raises ModelError as that does, and StorageError where another process holds it.
    """
    return held(folder_name(repo), f"{repo} is being fetched")


def read_source(folder: Path) -> Source | None:
    """Return what `folder` is to hold, None where no list tells, or one that is not of our making.

    A list may come with a folder from anywhere: none leads out of it.
    """
    try:
        values = read_object(folder / LIST, _LONGEST)
        repo, commit = values["repo"], values["commit"]
        files = tuple(checked_file(**file) for file in values["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    named = isinstance(repo, str) and is_repo(repo) and isinstance(commit, str)
    return Source(repo, commit, files) if named and all(is_plain(file.path) for file in files) else None


def write_source(folder: Path, source: Source) -> None:
    """Keep what `folder` is to hold. Raises StorageError where that is impossible."""
    part = folder / f"{LIST}.part"
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(asdict(source), indent=1) + "\n", encoding="utf-8")
        part.replace(folder / LIST)


@contextmanager
def staged_copy(folder: Path, doing: str, needed: int) -> Iterator[Path]:
    """Give an empty folder for a copy of the model in `folder`, of which nothing stays that was not moved in.

    `doing` says in a participle what is done, "copied" for instance. Raises StorageError where `needed` bytes find no
    room, or the system refuses.
    """
    check_room(downloads_dir(), needed)
    with held(f".{doing}-{folder.name}", f"{folder} is being {doing}") as staging:  # no repository is called so
        try:
            clear(staging)
            staging.mkdir()
            yield staging
        except OSError as error:
            raise StorageError(f"{folder} could not be {doing}: {error.strerror}.") from error
        finally:
            clear(staging)


def unfinished() -> list[Unfinished]:
    """Return the downloads that are not complete."""
    found = []
    for folder in sorted(downloads_dir().glob("*")):
        repo, source = repo_of(folder.name), read_source(folder)
        if repo and source is not None:
            found.append(Unfinished(repo, present(folder, source), source.size))
    return found


def present(folder: Path, source: Source) -> int:
    """Return how many bytes of `source` are in `folder`."""
    paths = (folder / file.path for file in source.files)
    return sum(path.stat().st_size for path in paths if path.is_file())


def discard(repo: str) -> None:
    """Leave nothing of the download of `repo`.

    Raises ModelError where that is no repository's name, StorageError where another process fetches it, or the system
    refuses.
    """
    with fetching(repo) as folder, writing(folder):
        clear(folder)


def keep_only(folder: Path, source: Source) -> None:
    """Remove from `folder` what is neither a file of `source` nor of our own making, as a kill may leave it."""
    known = {file.path for file in source.files} | {LIST, *_MADE}
    for path in folder.iterdir():
        if path.name not in known:
            clear(path)


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
