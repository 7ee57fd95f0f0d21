"""The files in a model directory: which hold its weights, and whether they are whole. Torch-free."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.json_files import JSON_BYTES, parse_json, read_object


def weight_files(folder: Path) -> list[str]:
    """Return the names of the files that hold the weights. Raises ModelError where there are none."""
    single = folder / "model.safetensors"
    index = folder / "model.safetensors.index.json"
    if single.is_file():
        return [single.name]
    if not index.is_file():
        raise ModelError(
            f"The model {folder.name} has no model.safetensors (other weight formats are not read): download it again."
        )
    weight_map = read_json(index).get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        raise ModelError(_damaged(index))
    return sorted({str(name) for name in weight_map.values()})


def stamp(place: Path) -> tuple[tuple[str, int, int, int], ...]:
    """Return what changes when a file of the model in the folder or file `place` is put in another's place.

    It is empty where there is no model any more.
    """
    try:
        paths = sorted(os.scandir(place), key=lambda entry: entry.name) if place.is_dir() else [place]
        facts = [(path.name, path.stat()) for path in paths if path.is_file()]
    except OSError:
        return ()
    return tuple((name, fact.st_ino, fact.st_size, fact.st_mtime_ns) for name, fact in facts)


def check_safetensors(path: Path) -> None:
    """Raise ModelError unless a weight file is, by its header, as long as it should be."""
    try:
        fact = path.stat()
        if fact.st_size != _size_by_head(path, (fact.st_ino, fact.st_size, fact.st_mtime_ns)):
            raise ModelError(_damaged(path))
    except OSError as error:
        raise ModelError(_missing(path)) from error
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ModelError(_damaged(path)) from error


@lru_cache(maxsize=1024)
def _size_by_head(path: Path, _of: tuple[int, int, int]) -> int:
    """Return the bytes of a weight file by its head, which each request asks for though the model is loaded."""
    length, tensors = safetensors_head(path)
    return 8 + length + max(tensor["data_offsets"][1] for tensor in tensors.values())


def safetensors_head(path: Path) -> tuple[int, dict[str, Any]]:
    """Return the length in bytes of a weight file's head, and what that says of each tensor.

    Raises ValueError for a head that is none, OSError.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(path.stat().st_size - 8, JSON_BYTES):
            raise ValueError(f"{path} has a head of {length} bytes")
        head = parse_json(file.read(length))
    if not isinstance(head, dict):
        raise ValueError(f"{path} has a head that is no object")
    return length, {name: tensor for name, tensor in head.items() if name != "__metadata__"}


def check_braces(path: Path) -> None:
    """Raise ModelError unless the JSON object in `path`, perhaps many megabytes, has its first and last brace."""
    try:
        with path.open("rb") as file:
            head = file.read(64)
            file.seek(max(0, file.seek(0, 2) - 64))
            tail = file.read()
    except OSError as error:
        raise ModelError(_missing(path)) from error
    if not head.lstrip().startswith(b"{") or not tail.rstrip().endswith(b"}"):
        raise ModelError(_damaged(path))


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in `path`. Raises ModelError where it is missing or damaged."""
    try:
        return read_object(path)
    except OSError as error:
        raise ModelError(_missing(path)) from error
    except ValueError as error:
        raise ModelError(_damaged(path)) from error


def _missing(path: Path) -> str:
    return f"The model {path.parent.name} is incomplete, {path.name} is missing: download it again."


def _damaged(path: Path) -> str:
    return f"The model {path.parent.name} is damaged ({path.name} is cut off or garbled): download it again."
