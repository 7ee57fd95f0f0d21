"""Read and write text files without changing a byte that the writer did not change. Torch-free."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.errors import InputError, StorageError
from engine.text.encodings import ENCODINGS, MARKS, UNMARKED, ranked, readable, unmarked_utf16

SIZE_LIMIT = 50_000_000  # bytes

_BOMS = {name: mark for mark, name in MARKS.items() if not name.startswith("utf-32")}


@dataclass(frozen=True, slots=True)
class Document:
    """A text and how its file holds it.

    `newline` is the one line end that the file uses ("\\n", "\\r\\n" or "\\r"), and `text` then
    has "\\n" in its place; it is "" for a file that mixes them, whose text keeps each as it is.
    `digest` tells the file as it was read from any other.
    """

    text: str
    encoding: str = "utf-8"
    bom: bool = False
    newline: str = "\n"
    digest: str = field(default="", compare=False)


class EncodingError(InputError):
    """A file does not say in which encoding it is; `encodings` are those that can read it, the likeliest first."""

    def __init__(self, message: str, encodings: tuple[str, ...]) -> None:
        super().__init__(message)
        self.encodings = encodings


def read_document(path: Path, encoding: str = "") -> Document:
    """Return the document in `path`, as UTF-8 (or by its byte order mark, or as UTF-16 where that is certain) unless
    `encoding` is given.

    Raises InputError when the file is missing, no file, unreadable, too large or not text, and
    EncodingError with the encodings to choose from when it is not valid UTF-8.
    """
    data = _read(path)
    return replace(_parse(path, data, encoding), digest=digest_of(data))


def digest_of(data: bytes) -> str:
    """Return what tells the bytes of a file from any others."""
    return hashlib.sha256(data).hexdigest()


def write_document(path: Path, document: Document) -> None:
    """Write `document` to `path` so that at any moment the old file or the new one is whole.

    Raises StorageError when the folder or file cannot be written, the disk is full, or the
    text has characters that the document's encoding lacks; the old file is then untouched.
    """
    write_bytes(path, encode_document(document))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file as `write_document` does. Raises StorageError."""
    target = Path(os.path.realpath(path))  # a link keeps pointing at the file it names
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)  # a device or pipe has no old content to protect
        else:
            _replace(target, data)
    except OSError as error:
        raise StorageError(_storage_sentence(path, error)) from error


def encode_document(document: Document) -> bytes:
    """Return the bytes of the document's file. Raises StorageError for characters its encoding lacks."""
    text = document.text
    if document.newline and document.newline != "\n":
        text = text.replace("\n", document.newline)
    try:
        data = text.encode(document.encoding)
    except UnicodeEncodeError as error:
        character = text[error.start]
        raise StorageError(
            f"The text cannot be saved as {document.encoding}, which has no {character!r}: save it as UTF-8."
        ) from error
    return _BOMS.get(document.encoding, b"") + data if document.bom else data


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError(f"{path} is a folder: choose a file in it.")
        if size >= SIZE_LIMIT:
            raise InputError(
                f"{path} has {size / 1e6:.0f} MB, and texts must be smaller than {SIZE_LIMIT // 10**6} MB: split it."
            )
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(f"There is no file {path}: check the name and the folder.") from error
    except PermissionError as error:
        raise InputError(f"{path} may not be read by you: change its permissions or copy it.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}): check the disk and the name.") from error


def _parse(path: Path, data: bytes, encoding: str) -> Document:
    for name, mark in _BOMS.items():
        if not encoding and data.startswith(mark):
            return _document(_decode(path, data[len(mark) :], name), name, bom=True)
    if not encoding and b"\0" in data:
        if len(data) % 2:
            raise InputError(_not_text(path))
        encoding = unmarked_utf16(data) or _asked_for(path, data)
    text = _decode(path, data, encoding or "utf-8")
    if "\0" in text:
        raise InputError(_not_text(path))
    return _document(text, encoding or "utf-8", bom=False)


def _asked_for(path: Path, data: bytes) -> str:
    """Raise EncodingError with the kinds of UTF-16 that data with zeros may be in, InputError where there are none."""
    choices = tuple(name for name in ranked(data, UNMARKED) if readable(data, name))
    if not choices:
        raise InputError(_not_text(path))
    raise EncodingError(f"{path} is not UTF-8: open it with another encoding, such as {choices[0]}.", choices)


def _decode(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise InputError(f'There is no encoding "{encoding}": try {", ".join(ENCODINGS)}.') from error
    except UnicodeDecodeError as error:
        choices = tuple(name for name in ranked(data) if name != encoding)
        raise EncodingError(
            f"{path} is not valid {encoding} (byte {error.start}): open it with another encoding, "
            f"such as {', '.join(choices) or 'the one it was saved in'}.",
            choices,
        ) from error


def _not_text(path: Path) -> str:
    return f"{path} is not a text file: choose a .txt or .md file, or export it as plain text first."


def _document(text: str, encoding: str, *, bom: bool) -> Document:
    pairs = text.count("\r\n")
    counts = {"\r\n": pairs, "\r": text.count("\r") - pairs, "\n": text.count("\n") - pairs}
    used = [newline for newline, count in counts.items() if count]
    if len(used) > 1:
        return Document(text, encoding, bom, "")
    newline = used[0] if used else "\n"
    return Document(text.replace(newline, "\n"), encoding, bom, newline)


def _replace(target: Path, data: bytes) -> None:
    part = target.with_name(f".{target.name[:40]}.{uuid.uuid4().hex[:12]}.part")
    try:
        with open(part, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # other systems cannot open a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _storage_sentence(path: Path, error: OSError) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"The disk is full, so {path} was not saved: free some space or save elsewhere."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"The folder {path.parent} is read-only, so {path.name} was not saved: save it elsewhere."
        case errno.ENOENT | errno.ENOTDIR:
            return f"There is no folder {path.parent}: make it or save elsewhere."
        case errno.EISDIR:
            return f"{path} is a folder: choose a file name."
        case _:
            return f"{path} was not saved ({error.strerror or error}): save it elsewhere."
