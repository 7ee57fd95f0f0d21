"""Bringing a project's index of texts and notes up to date: only what changed since is read. Torch-free."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from engine.errors import InputError
from engine.projects.folder import Entry
from engine.projects.index import Index, Indexed
from engine.store.notes import read_notes, stamp_of
from engine.text.documents import EncodingError, read_document

LARGEST = 20_000_000  # bytes; larger files are listed but not searched
_NOWHERE = (-1, -1)  # how a journal stands that is not there
_TURN = 0.05  # seconds of reading between two looks at what else there is to do


def update(
    index: Index, folder: Path, entries: Sequence[Entry], encodings: Mapping[str, str]
) -> Iterator[dict[str, Indexed]]:
    """Read what changed of `entries` and forget what is no longer among them; yield what came of each turn.

    `encodings` are those of the files, by their full paths, that do not say so themselves. Raises StorageError.
    """
    known = index.documents()
    documents = {entry.path: entry for entry in entries if not entry.is_folder}
    gone = known.keys() - documents.keys()
    if gone:
        with index.writing():
            for path in gone:
                index.remove(path)
        yield {}
    waiting = [entry for path, entry in documents.items() if path not in known or known[path].stamp != entry.stamp]
    waiting.reverse()
    while waiting:
        done: dict[str, Indexed] = {}
        end = time.perf_counter() + _TURN
        with index.writing():
            while waiting and time.perf_counter() < end:
                entry = waiting.pop()
                text, problem = _read(folder / entry.path, entry, encodings)
                done[entry.path] = index.put(entry.path, text, entry.stamp, problem)
        yield done


def update_notes(
    index: Index, folder: Path, entries: Sequence[Entry], databases: Mapping[str, Path]
) -> Iterator[dict[str, Indexed]]:
    """Read the notes on documents whose journals changed; yield nothing of note after each turn.

    `databases` are the journals of the files, by their full paths. One that a window has is left as it is known: that
    window says what is in it. Raises StorageError.
    """
    known, root = index.notes(), folder.resolve()
    waiting = [entry.path for entry in reversed(entries) if not entry.is_folder]
    while waiting:
        end = time.perf_counter() + _TURN
        with index.writing():
            while waiting and time.perf_counter() < end:
                path = waiting.pop()
                database = databases.get(str(root / path))
                stamp = stamp_of(database) if database else _NOWHERE
                if known.get(path, _NOWHERE) == stamp:
                    continue
                notes = read_notes(database) if database else ""
                if notes is not None:
                    index.put_notes(path, notes, stamp_of(database) if database else _NOWHERE)
        yield {}


def _read(path: Path, entry: Entry, encodings: Mapping[str, str]) -> tuple[str, str]:
    """Return the text of a file, and why there is none."""
    if entry.size > LARGEST:
        return "", f"{path.name} has {entry.size / 1e6:.0f} MB and is not searched: split it."
    try:
        return read_document(path, encodings.get(str(path), "")).text, ""
    except EncodingError:
        return "", f"{path.name} is not in UTF-8 and is not searched: open it, then save it as UTF-8."
    except InputError as error:
        return "", str(error)
