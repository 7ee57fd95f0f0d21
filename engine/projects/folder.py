"""Which documents lie in a folder. Torch-free.

Nothing is read but names, sizes and times. Links to folders are not followed, so that none leads in a circle;
hidden folders and files are nobody's chapters, nor are the backups beside a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from engine.store.backups import BESIDE

KINDS = (".txt", ".md", ".markdown", ".text")
MOST_ENTRIES = 10_000  # documents and folders; a folder with more is no book
_DEEPEST = 24


@dataclass(frozen=True, slots=True)
class Entry:
    """A document or folder: its path below the project, parts joined by "/", and what tells whether it changed."""

    path: str
    is_folder: bool = False
    size: int = 0
    changed_ns: int = 0

    @property
    def stamp(self) -> tuple[int, int]:
        """Return what differs once the file is written again."""
        return self.size, self.changed_ns


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found in a folder; `left_out` tells why there may be more."""

    entries: tuple[Entry, ...]
    left_out: str = ""


def list_folder(folder: Path) -> Listing:
    """Return the documents below `folder`, and the folders that hold any or nothing at all.

    Raises InputError where it cannot be read.
    """
    try:
        with os.scandir(folder):
            pass
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be read ({error.strerror}): choose another one.") from error
    found: list[Entry] = []
    for entry in _walk(os.fspath(folder), "", 0):
        if len(found) == MOST_ENTRIES:
            return Listing(tuple(found), f"{folder} has more than {MOST_ENTRIES:,} texts, of which some are not shown.")
        found.append(entry)
    return Listing(tuple(found))


def _walk(folder: str, below: str, depth: int) -> Iterator[Entry]:
    """Yield what is in a folder, a folder in it as soon as it turns out to be worth it."""
    for child in _children(folder):
        path = f"{below}{child.name}"
        try:
            if child.is_dir(follow_symlinks=False):
                if depth < _DEEPEST:
                    yield from _folder(child.path, path, depth + 1)
            elif child.name.lower().endswith(KINDS) and child.is_file():
                status = child.stat()
                yield Entry(path, False, status.st_size, status.st_mtime_ns)
        except OSError:
            continue  # gone meanwhile, or a link that leads to itself


def _folder(folder: str, path: str, depth: int) -> Iterator[Entry]:
    inside = _walk(folder, f"{path}/", depth)
    first = next(inside, None)
    if first is not None or _is_empty(folder):
        yield Entry(path, is_folder=True)
    if first is not None:
        yield first
        yield from inside


def _children(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith(".") and not _is_backups(entry.name)]
    except OSError:  # a folder that nobody may look into holds no chapter
        return []


def _is_backups(name: str) -> bool:
    return name.lower().endswith(tuple(kind + BESIDE for kind in KINDS))


def _is_empty(folder: str) -> bool:
    """Tell whether a folder holds nothing, or only the backups of chapters that went."""
    try:
        with os.scandir(folder) as entries:
            return all(_is_backups(entry.name) for entry in entries)
    except OSError:
        return False
