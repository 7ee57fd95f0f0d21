"""GGUF files on the disk: what is one, which parts belong together, and the one in a folder. Torch-free."""

from __future__ import annotations

import re
from pathlib import Path

from engine.errors import ModelError

_PART = re.compile(r"(.+-)(\d{5})(-of-)(\d{5})(\.gguf)")
_MOST_PARTS = 1000


def is_gguf(path: Path) -> bool:
    """Tell whether a path is that of a GGUF file, by its name or, for files without one, by how it begins."""
    try:
        if not path.is_file():  # to open a pipe would be to wait for who writes into it
            return False
        if path.suffix == ".gguf":
            return True
        with path.open("rb") as file:
            return file.read(4) == b"GGUF"
    except (OSError, ValueError):
        return False


def is_later_part(name: str) -> bool:
    """Tell whether a file is the second or a later part of a model, or the eyes of one."""
    part = _PART.fullmatch(name)
    return name.startswith("mmproj") or (part is not None and int(part[2]) != 1)


def all_parts(path: Path) -> list[Path]:
    """Return the files of the model whose first is `path`, whether or not they are there."""
    part = _PART.fullmatch(path.name)
    if part is None or not 1 <= int(part[4]) <= _MOST_PARTS:
        return [path]
    return [path.with_name(f"{part[1]}{n:05}{part[3]}{part[4]}{part[5]}") for n in range(1, int(part[4]) + 1)]


def gguf_in(folder: Path) -> Path | None:
    """Return the GGUF file that `folder` holds, None where it holds none or a model of another kind.

    Raises ModelError where there are several to choose from.
    """
    if not folder.is_dir() or (folder / "config.json").is_file():
        return None
    found = sorted(path for path in folder.glob("*.gguf") if not is_later_part(path.name))
    if len(found) > 1:
        raise ModelError(f"{folder} holds {len(found)} GGUF files, such as {found[0].name}: choose one of the files.")
    return found[0] if found else None
