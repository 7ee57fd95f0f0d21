"""Folders that grow until they are whole, each held by one process at a time. Torch-free."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.errors import StorageError
from engine.paths import downloads_dir


@contextmanager
def held(name: str, doing: str) -> Iterator[Path]:
    """Give the folder `name` among the downloads, which need not be there, to nobody else until this ends.

    `doing` says what is done with it, "a/b is being fetched" for instance. Nothing stays beside the folder itself.
    Raises StorageError where another process does that, or the system refuses; ValueError for a `name` that leads
    elsewhere.
    """
    from filelock import FileLock, Timeout  # here, as the window needs it only once something is fetched

    if name in ("", "..") or Path(name).name != name:
        raise ValueError(f"{name!r} is no folder among the downloads")
    path = downloads_dir() / f".{name}.lock"  # beside the folder, which is moved away in the end
    lock = FileLock(path, timeout=0)
    with writing(downloads_dir()):
        downloads_dir().mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout as error:
            raise StorageError(f"{doing} by another window or command: wait for its end, or end it there.") from error
    try:
        yield downloads_dir() / name
    finally:
        with suppress(OSError):  # Windows keeps what is open, and removes it by itself
            path.unlink()  # while it is held, so that nobody gets a lock on a file that is gone
        lock.release()
        with suppress(OSError):  # there are others
            downloads_dir().rmdir()


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a full disk, or what the system refuses in `folder`, into a StorageError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{folder} cannot be written: {reason}. Make room, or look who owns it.") from error


def clear(path: Path) -> None:
    """Leave nothing of a file or a folder; what a link leads to stays. Raises OSError where that is impossible."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
