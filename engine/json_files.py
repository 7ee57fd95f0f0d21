"""JSON that may come from anybody: of a bounded size and depth, or a ValueError. Torch-free."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

JSON_BYTES = 20_000_000  # the index of a model with 140,000 tensors has some 14 million
_DEEPEST = 64  # lists in lists; far below what Python's own recursion bears, for those who walk through a value later


def parse_json(data: str | bytes) -> Any:
    """Return the value that `data` spells. Raises ValueError for what is no JSON, and where it is nested too deeply."""
    try:
        value = json.loads(data)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in _inside(each) if isinstance(inner, dict | list)]
        if not level:
            return value
    raise ValueError("it is nested too deeply")


def read_object(path: Path, most: int = JSON_BYTES) -> dict[str, Any]:
    """Return the JSON object in the file at `path`, of up to `most` bytes. Raises OSError, or ValueError.

    A pipe or a device is no file: to open one could wait for ever.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(f"it has more than {most:,} bytes")
    value = parse_json(data)
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    return value


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
