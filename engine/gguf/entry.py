"""GGUF files as models of the catalogue: one on its own, and those that other programs keep. Torch-free."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ModelError
from engine.gguf.header import read_header
from engine.modes import Mode

if TYPE_CHECKING:
    from engine.catalog import ModelEntry

_MISSING = (
    "GGUF files need an extra that is not installed: pip install 'penwright[gguf]' (it brings llama.cpp), "
    "then start Penwright again."
)
_PLACES = {  # program: folders below the writer's home, on any system
    "LM Studio": (".lmstudio/models", ".cache/lm-studio/models"),
    "GPT4All": (
        ".local/share/nomic.ai/GPT4All",
        "Library/Application Support/nomic.ai/GPT4All",
        "AppData/Local/nomic.ai/GPT4All",
    ),
    "Jan": ("jan/models", ".local/share/Jan/data/llamacpp/models", "AppData/Roaming/Jan/data/llamacpp/models"),
    "KoboldCpp": ("koboldcpp", "koboldcpp/models"),
}
_OLLAMA = (".ollama/models", "/usr/share/ollama/.ollama/models")
_DEPTH = 4  # folders below a place
_MOST = 500
_OLLAMA_WEIGHTS = "application/vnd.ollama.image.model"


def is_gguf(path: Path) -> bool:
    """Tell whether a path is that of a GGUF file, by its name or, for files without one, by how it begins."""
    if path.suffix == ".gguf":
        return path.is_file()
    try:
        with path.open("rb") as file:
            return path.is_file() and file.read(4) == b"GGUF"
    except OSError:
        return False


def gguf_entry(path: Path, program: str = "", name: str = "") -> ModelEntry:
    """Return the entry of a GGUF file, with no tasks and the reason as its `strength` where it is damaged."""
    from engine.catalog import CHAT_TASKS, ModelEntry

    size = path.stat().st_size if path.is_file() else 0
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
    """Raise ModelError unless the file is whole, by its head and size, and the extra for it is installed."""
    read_header(path)
    if find_spec("llama_cpp") is None or find_spec("gguf") is None:
        raise ModelError(_MISSING)


def others_models(home: Path | None = None) -> list[ModelEntry]:
    """Return the GGUF files that other programs keep below `home` (None: the writer's); none is copied or changed."""
    home = home or Path.home()
    found = [
        gguf_entry(path, program)
        for program, folders in _PLACES.items()
        for folder in folders
        for path in _files(home / folder)
    ]
    for place in (os.environ.get("OLLAMA_MODELS", ""), *_OLLAMA):
        if place:
            found += [gguf_entry(path, "Ollama", name) for name, path in _ollama_models(home / place)]
    return list({entry.folder.resolve(): entry for entry in found}.values())[:_MOST]


def _files(folder: Path) -> Iterator[Path]:
    """Yield the GGUF files in `folder`, a few levels deep, without following links out of it."""
    base = len(folder.parts)
    for root, folders, names in os.walk(folder):
        if len(Path(root).parts) - base >= _DEPTH:
            folders.clear()
        for name in sorted(names):
            if name.endswith(".gguf") and not _later_part(name):
                yield Path(root) / name


def _later_part(name: str) -> bool:
    """Tell whether a file is the second or a later part of a model, or the eyes of one."""
    return ("-of-" in name and "-00001-of-" not in name) or name.startswith("mmproj")


def _ollama_models(store: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and file of the models in a store of Ollama's, where files are named by their hashes."""
    for manifest in sorted(store.glob("manifests/*/*/*/*")):
        try:
            layers = json.loads(manifest.read_text(encoding="utf-8"))["layers"]
            digest = next(str(layer["digest"]) for layer in layers if layer["mediaType"] == _OLLAMA_WEIGHTS)
        except (OSError, ValueError, KeyError, TypeError, StopIteration):
            continue
        hexadecimal = digest.removeprefix("sha256:")
        path = store / "blobs" / f"sha256-{hexadecimal}"
        if hexadecimal.isalnum() and is_gguf(path):
            yield f"{manifest.parent.name}-{manifest.name}", path
