"""Lorebooks: facts of a story world in a JSON file. Torch-free."""

from __future__ import annotations

import json
from pathlib import Path

from engine.errors import InputError
from engine.json_files import parse_json
from engine.modes import LoreEntry
from engine.text.documents import read_document


def read_lorebook(path: Path) -> tuple[LoreEntry, ...]:
    """Return the entries of a file such as `[{"keys": ["Ada", "the countess"], "text": "Ada fears water."}]`.

    Raises InputError that says which entry is wrong.
    """
    try:
        entries = parse_json(read_document(path).text)
    except json.JSONDecodeError as error:
        raise InputError(f"The lorebook {path} is not valid JSON (line {error.lineno}): correct it.") from error
    except ValueError as error:
        raise InputError(f"The lorebook {path} is not valid JSON ({error}): correct it.") from error
    if not isinstance(entries, list):
        raise InputError(f"The lorebook {path} must be a list of entries: put them in square brackets.")
    return tuple(_entry(path, number, entry) for number, entry in enumerate(entries, start=1))


def _entry(path: Path, number: int, entry: object) -> LoreEntry:
    match entry:
        case {"keys": [*keys], "text": str(text)} if keys and all(isinstance(key, str) and key for key in keys):
            return LoreEntry(tuple(keys), text)
        case _:
            raise InputError(f'Entry {number} of the lorebook {path} needs "keys" (a list of words) and "text".')
