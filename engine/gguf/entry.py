"""GGUF files as models of the catalogue: one on its own, and those that other programs keep. Torch-free."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ModelError
from engine.gguf.files import all_parts
from engine.gguf.header import read_header
from engine.gguf.programs import found_files
from engine.modes import CHAT_TASKS, Mode

if TYPE_CHECKING:
    from engine.catalog import ModelEntry

_MISSING = (
    "GGUF files need an extra that is not installed: pip install 'penwright[gguf]' (it brings llama.cpp), "
    "then start Penwright again."
)
_MOST = 500


def gguf_entry(path: Path, program: str = "", name: str = "") -> ModelEntry:
    """Return the entry of a GGUF file, with no tasks and the reason as its `strength` where it is damaged."""
    from engine.catalog import ModelEntry

    size = sum(part.stat().st_size for part in all_parts(path) if part.is_file())
    try:
        header = read_header(path)
    except ModelError as error:
        return ModelEntry(name or path.stem, path, name or path.stem, tasks=(), strength=str(error), size_bytes=size)
    tasks = CHAT_TASKS if header.chats else (Mode.WRITE.value,)
    title = name or str(header.facts.get("general.name") or path.stem)
    kept = f" of {program}, which is read where it lies" if program else ""
    return ModelEntry(
        id=name or path.stem,
        folder=path,
        title=title,
        tasks=tasks,
        licence=str(header.facts.get("general.license", "")),
        strength=f"GGUF file{kept}: {header.architecture}, {header.weights}",
        size_bytes=size,
    )


def check_gguf(path: Path) -> None:
    """Raise ModelError unless the file and its other parts are whole, and the extra for it is installed."""
    for part in all_parts(path):
        if not part.is_file():
            raise ModelError(f"The model {path.stem} is incomplete, {part.name} is missing: put it beside the others.")
        read_header(part)
    if find_spec("llama_cpp") is None or find_spec("gguf") is None:
        raise ModelError(_MISSING)


def others_models(home: Path | None = None) -> list[ModelEntry]:
    """Return the GGUF files that other programs keep below `home` (None: the writer's); none is copied or changed."""
    found = {path.resolve(): (program, path, name) for program, path, name in found_files(home or Path.home())}
    return [gguf_entry(path, program, name) for program, path, name in islice(found.values(), _MOST)]
