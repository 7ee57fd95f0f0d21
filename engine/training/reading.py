"""Read the files that a writer learns from: bounded, unpacked, decoded, and never trusted. Torch-free."""

from __future__ import annotations

import codecs
import io
import lzma
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from engine.errors import InputError
from engine.text.encodings import MARKS, unmarked_utf16

LIMIT = 60_000_000  # bytes of text read of one file; more would not be learnt in an evening
SUFFIXES = (".txt", ".md", ".markdown", ".tsv", ".csv", ".tmx")


@dataclass(frozen=True, slots=True)
class FileText:
    """A file's text with "\\n" as its only line end; `left_out` is a sentence where a part was not read."""

    text: str
    left_out: str = ""


def list_files(names: tuple[str, ...]) -> tuple[list[Path], list[str]]:
    """Return the readable files that `names` (files and folders, searched recursively) lead to, and sentences.

    A sentence names each file or folder that is missing, of another kind, or cannot be read. Hidden files inside
    folders and links out of them are passed over silently.
    """
    files: dict[Path, None] = {}
    skipped: list[str] = []
    for name in names:
        path = Path(name).expanduser()
        if obstacle := _obstacle(path):
            skipped.append(obstacle)
        elif path.is_dir():
            before = len(skipped)
            found = [entry for entry in _walk(path, skipped) if file_kind(entry)]
            if not found and len(skipped) == before:
                skipped.append(f"{path} holds no text to learn from: it needs txt, md, TSV, CSV or TMX files.")
            files |= dict.fromkeys(found)
        elif not path.is_file() or not file_kind(path):
            skipped.append(f"{path.name} was left out: only txt, md, TSV, CSV and TMX files (also .xz) are read.")
        else:
            files[path] = None
    return list(files), skipped


def file_kind(path: Path) -> str:
    """Return the suffix that says what a file is, in lower case without ".xz"; "" for kinds that are not read."""
    name = path.name.lower().removesuffix(".xz")
    suffix = Path(name).suffix
    return suffix if suffix in SUFFIXES else ""


@dataclass(frozen=True, slots=True)
class FileBytes:
    """The first bytes of a file, unpacked, and whether there were more."""

    data: bytes
    cut: bool


def read_bytes(path: Path, limit: int = LIMIT) -> FileBytes:
    """Return at most `limit` bytes of `path`, unpacking `.xz`. Raises InputError with the reason it cannot be read."""
    try:
        with _open(path) as file:
            data = file.read(limit + 1)
    except (lzma.LZMAError, EOFError) as error:
        raise InputError(f"{path.name} is a damaged .xz file: pack it again.") from error
    except PermissionError as error:
        raise InputError(f"{path.name} may not be read by you: change its permissions or copy it.") from error
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror or error}): check the disk.") from error
    return FileBytes(data[:limit], len(data) > limit)


def read_text(path: Path, limit: int = LIMIT) -> FileText:
    """Return the text of `path`: by its byte order mark, or as UTF-8 or unmarked UTF-16.

    Raises InputError for any other encoding, and for what is not text.
    """
    raw = read_bytes(path, limit)
    mark = next((mark for mark in MARKS if raw.data.startswith(mark)), b"")
    encoding = MARKS.get(mark) or unmarked_utf16(raw.data) or "utf-8"
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        text = decoder.decode(raw.data[len(mark) :], final=not raw.cut)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path.name} was left out: it is not UTF-8 (byte {error.start}); save it as UTF-8 first."
        ) from error
    if "\0" in text:
        raise InputError(f"{path.name} was left out: it is not a text file.")
    return FileText(text.replace("\r\n", "\n").replace("\r", "\n"), _left_out(path, limit) if raw.cut else "")


def _left_out(path: Path, limit: int) -> str:
    return f"Of {path.name} only the first {limit / 1e6:,.0f} MB were read: split it to choose what is learnt."


def _open(path: Path) -> BinaryIO:
    if path.name.lower().endswith(".xz"):
        return cast(BinaryIO, lzma.open(path, "rb"))
    return io.BufferedReader(cast(io.RawIOBase, path.open("rb", buffering=0)))


def _obstacle(path: Path) -> str:
    """Return a sentence about why nothing can be known of `path`, "" where it is there."""
    try:
        path.stat()
    except PermissionError:
        return f"{path} may not be read by you: change the permissions of its folder, or copy it elsewhere."
    except (OSError, ValueError):  # the latter for names that no system has
        return f"There is no file {path}: check the name and the folder."
    return ""


def _walk(folder: Path, skipped: list[str]) -> Iterator[Path]:
    """Yield the files below `folder` in order of their names; add a sentence for each folder that cannot be read."""
    refused: dict[Path, str] = {}
    waiting = _entries(folder, refused)
    while waiting:
        entry = waiting.pop()
        try:
            mode = entry.lstat().st_mode
        except FileNotFoundError:  # it was there when its folder was listed
            continue
        except OSError as error:  # a folder may be listed by those who may not enter it
            refused[entry.parent] = _reason(error)
            continue
        if stat.S_ISREG(mode):
            yield entry
        elif stat.S_ISDIR(mode):
            waiting += _entries(entry, refused)
    for place, reason in refused.items():
        skipped.append(f"{place} cannot be read ({reason}): change its permissions, or copy its files elsewhere.")


def _entries(folder: Path, refused: dict[Path, str]) -> list[Path]:
    """Return what is in `folder` and not hidden, the last name first."""
    try:
        return sorted((entry for entry in folder.iterdir() if not entry.name.startswith(".")), reverse=True)
    except OSError as error:
        refused[folder] = _reason(error)
        return []


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
