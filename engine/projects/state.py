"""What a project knows beside its texts: their order, and which are left out. Torch-free.

It lies in a small JSON file in the project's folder, so that it goes wherever the folder goes. The writer's own files
are never touched for it, and a folder in which nothing was arranged has no such file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.json_files import read_object
from engine.text.documents import write_bytes

FILE_NAME = "penwright-project.json"


@dataclass(frozen=True, slots=True)
class ProjectState:
    """The order of names by folder ("" is the project's own), and the paths left out.

    `other` is what another version of Penwright keeps there; it is written back as it was.
    """

    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    other: Mapping[str, Any] = field(default_factory=dict)

    def with_order(self, folder: str, names: tuple[str, ...]) -> ProjectState:
        """Return the state in which a folder has its names in this order."""
        return replace(self, order={**self.order, folder: names})

    def renamed(self, old: str, new: str) -> ProjectState:
        """Return the state after the document or folder `old` became `new`, in the place that it had if it has one."""
        order = {_followed(folder, old, new): names for folder, names in self.order.items()}
        (parent, name), (new_parent, new_name) = split(old), split(new)
        if parent == new_parent and parent in order:
            order[parent] = tuple(new_name if each == name else each for each in order[parent])
        return replace(self, order=order, left_out=frozenset(_followed(path, old, new) for path in self.left_out))


def split(path: str) -> tuple[str, str]:
    """Return the folder that a path below the project lies in, and its name there."""
    folder, _, name = path.rpartition("/")
    return folder, name


def load_state(folder: Path) -> ProjectState:
    """Return the state of the project in `folder`. Raises InputError where its file is there and cannot be used."""
    path = folder / FILE_NAME
    try:
        if not path.exists():
            return ProjectState()
        values = read_object(path)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be used ({error}), so the texts stand in the order of their names: mend or delete it."
        ) from error
    return _state(values)


def change_state(folder: Path, change: Callable[[ProjectState], ProjectState]) -> ProjectState:
    """Change the state of the project in `folder` and return what it is now; another window may have changed it, too.

    Raises InputError where the file cannot be used, StorageError where it cannot be written.
    """
    state = change(load_state(folder))
    values = {
        **state.other,
        "order": {name: list(names) for name, names in sorted(state.order.items())},
        "left_out": sorted(state.left_out),
    }
    try:
        data = json.dumps(values, indent=1, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # a file name that is no text
        data = json.dumps(values, indent=1).encode()
    write_bytes(folder / FILE_NAME, data)
    return state


def _state(values: dict[str, Any]) -> ProjectState:
    """Return what is usable of the values in the file."""
    order, left_out = values.pop("order", None), values.pop("left_out", None)
    kept = {name: _texts(names) for name, names in order.items()} if isinstance(order, dict) else {}
    return ProjectState(kept, frozenset(_texts(left_out)), values)


def _texts(values: object) -> tuple[str, ...]:
    found = [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
    return tuple(dict.fromkeys(found))


def _followed(path: str, old: str, new: str) -> str:
    if path == old:
        return new
    return new + path[len(old) :] if path.startswith(f"{old}/") else path
