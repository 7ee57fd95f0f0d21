"""Copies of files as they were saved: plain, numbered and dated. Torch-free.

They know nothing of journals, so that where one is damaged any program still reads these. All backups of a file lie in
a folder of their own: in the writer's data directory, with the path that they belong to, or beside the file. Order is
by number: clocks are set back.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import StorageError
from engine.store.retention import Backup, superfluous
from engine.text.documents import write_bytes

_NAME = re.compile(r"(\d{6,}) (\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d)Z ")
_TIME = "%Y-%m-%d %H.%M.%S"
_ORIGIN = "origin.txt"
BESIDE = ".backups"  # ends the name of a folder beside the file
_NAME_BYTES = 180  # of the 255 that file systems allow, for the number and the time need some


class Backups:
    """Keep the backups of all files in folders below `folder` or, where asked, `beside` each; for their owner only.

    Those that were kept in the other place before stay there, and count all the same.
    """

    def __init__(self, folder: Path, *, beside: bool = False) -> None:
        self.folder = folder
        self.beside = beside

    def put(self, file: Path, data: bytes, now: float) -> None:
        """Keep `data`, which `file` holds or held, unless the latest is the same; let go of what is superfluous.

        `file` is a resolved path. Raises StorageError; nothing that is kept is harmed then.
        """
        try:
            folder = self._made(file)
            kept = self.of(file)
            if kept and _holds(kept[0], data):
                return
            number = kept[0].number + 1 if kept else 1
            moment = datetime.fromtimestamp(now, UTC).strftime(_TIME)
            path = folder / f"{number:06d} {moment}Z {_shortened(file.name)}"
            write_bytes(path, data)
            path.chmod(0o600)
            for each in superfluous([Backup(path, number, now, len(data)), *kept], now):
                each.path.unlink(missing_ok=True)
            for part in folder.glob(".*.part"):  # of a process that was killed
                part.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(_sentence(file, self._root(file), error)) from error
        except StorageError as error:
            cause = error.__cause__
            assert isinstance(cause, OSError)
            raise StorageError(_sentence(file, self._root(file), cause)) from cause

    def of(self, file: Path) -> list[Backup]:
        """Return the backups of a file, the latest first; those that cannot be looked at are passed over."""
        found = [_backup(path) for folder in (self._apart(file), beside(file)) for path in _inside(folder)]
        return sorted((each for each in found if each), key=lambda each: each.number, reverse=True)

    def files(self) -> list[Path]:
        """Return the files that have backups, in order."""
        return sorted(self._origins().values())

    def place(self, file: Path) -> Path:
        """Return the folder of a file's next backup, or where it would be."""
        return beside(file) if self.beside else self._apart(file)

    def follow(self, old: Path, new: Path) -> None:
        """Let what belongs to `old`, or to a file below it, belong to `new` from now on. Raises StorageError.

        Backups of a file that was at its new place before are not mixed with it; then each stays where it is.
        """
        for folder, origin in self._origins().items():
            if origin == old or origin.is_relative_to(old):
                moved = new / origin.relative_to(old)
                if self._apart(moved).exists() or (beside(origin).exists() and beside(moved).exists()):
                    continue
                try:
                    folder.rename(self._apart(moved))
                    self._noted(moved)
                    if beside(origin).exists():  # not where the folder that both are in was moved
                        beside(origin).rename(beside(moved))
                except OSError as error:
                    raise StorageError(_sentence(moved, self.folder, error)) from error

    def forget(self, file: Path) -> None:
        """Delete all backups of a file. Raises StorageError."""
        try:
            for folder in (self._apart(file), beside(file)):
                _empty(folder)
        except OSError as error:
            raise StorageError(f"{error.filename} cannot be deleted ({error.strerror}): delete it yourself.") from error

    def _made(self, file: Path) -> Path:
        """Make the folder of a file's next backup. Raises OSError or StorageError."""
        self._noted(file)  # also of one beside its file, so that all can be found
        folder = self.place(file)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def _noted(self, file: Path) -> None:
        """Note in the data directory that a file has backups. Raises OSError or StorageError."""
        folder = self._apart(file)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        if _origin(folder) != file:
            write_bytes(folder / _ORIGIN, os.fsencode(file))

    def _apart(self, file: Path) -> Path:
        """Return the folder for a file's backups in the data directory."""
        digest = hashlib.sha256(os.fsencode(file)).hexdigest()[:12]
        return self.folder / f"{_shortened(file.name)} {digest}"

    def _root(self, file: Path) -> Path:
        """Return which folder has to be writable for a backup of a file."""
        return file.parent if self.beside else self.folder

    def _origins(self) -> dict[Path, Path]:
        """Return which folder belongs to which file."""
        folders = self.folder.iterdir() if self.folder.is_dir() else ()
        found = {folder: _origin(folder) for folder in folders}
        return {folder: origin for folder, origin in found.items() if origin is not None}


def beside(file: Path) -> Path:
    """Return the folder for backups beside a file."""
    return file.with_name(_shortened(file.name) + BESIDE)


def _backup(path: Path) -> Backup | None:
    """Return the backup at `path`, None for anything else and what cannot be looked at."""
    match = _NAME.match(path.name)
    if match is None:
        return None
    try:
        at = datetime.strptime(match[2], _TIME).replace(tzinfo=UTC).timestamp()
        return Backup(path, int(match[1]), at, path.stat().st_size)
    except (OSError, ValueError):  # the latter for days that no month has
        return None


def _inside(folder: Path) -> list[Path]:
    """Return what is in a folder, nothing where there is none or it is another user's who lets nobody look."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _holds(backup: Backup, data: bytes) -> bool:
    """Tell whether a backup is known to hold `data`; one that cannot be read is not."""
    try:
        return backup.size == len(data) and backup.path.read_bytes() == data
    except OSError:
        return False


def _empty(folder: Path) -> None:
    """Delete a folder of backups, but nothing that somebody else put there. Raises OSError."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name == _ORIGIN or _NAME.match(path.name) or path.match(".*.part"):
            path.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def _origin(folder: Path) -> Path | None:
    try:
        return Path(os.fsdecode((folder / _ORIGIN).read_bytes()))
    except OSError:
        return None


def _shortened(name: str) -> str:
    """Return a file name that leaves room for more in the same name; its end, which says what it is, stays."""
    stem, suffix = Path(name).stem, Path(name).suffix
    while len(os.fsencode(stem + suffix)) > _NAME_BYTES:
        stem, suffix = (stem[:-1], suffix) if stem else ("", suffix[:-1])
    return stem + suffix


def _sentence(file: Path, folder: Path, error: OSError) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            reason, advice = "the disk is full", "free some space"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            reason, advice = f"{folder} may not be written", "change its permissions"
        case _:
            reason, advice = error.strerror or str(error), f"look at {folder}"
    return f"No backup of {file.name} is kept, for {reason}: {advice}, or save a copy elsewhere."
