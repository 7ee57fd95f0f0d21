"""Where other programs keep their GGUF files: the usual places, and those that the writer gave them. Torch-free.

Settings of these programs are read and never written; what they say that makes no sense is passed over.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from engine.gguf.files import is_gguf, is_later_part
from engine.json_files import read_object

_PLACES = {  # program: folders below the writer's home, on any system
    "LM Studio": (".lmstudio/models", ".cache/lm-studio/models"),
    "GPT4All": (
        ".local/share/nomic.ai/GPT4All",
        "Library/Application Support/nomic.ai/GPT4All",
        "AppData/Local/nomic.ai/GPT4All",
    ),
    "Jan": (
        "jan/models",
        ".local/share/Jan/data/llamacpp/models",
        ".config/Jan/data/llamacpp/models",
        "Library/Application Support/Jan/data/llamacpp/models",
        "AppData/Roaming/Jan/data/llamacpp/models",
    ),
    "KoboldCpp": ("koboldcpp", "koboldcpp/models", "KoboldCpp"),
}
_OLLAMA = (".ollama/models", "/usr/share/ollama/.ollama/models")
_LM_STUDIO = (".lmstudio/settings.json", ".cache/lm-studio/settings.json")
_GPT4ALL = (".config/nomic.ai/GPT4All.ini", "AppData/Roaming/nomic.ai/GPT4All.ini")
_KOBOLD = ("", "koboldcpp", "KoboldCpp", "Downloads", "Documents")  # where its *.kcpps lie
_DEPTH = 4  # folders below a place
_SETTINGS_LIMIT = 5_000_000  # bytes
_OLLAMA_WEIGHTS = "application/vnd.ollama.image.model"


def found_files(home: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield program, file and name ("": the file's own) of the models that other programs keep below `home`."""
    for program, folders in _PLACES.items():
        for folder in folders:
            yield from ((program, path, _name(path)) for path in _files(home / folder))
    for program, folder in _chosen_folders(home):
        yield from ((program, path, _name(path)) for path in _files(folder))
    yield from (("KoboldCpp", path, "") for path in _kobold_models(home))
    for place in (os.environ.get("OLLAMA_MODELS", ""), *_OLLAMA):
        if place:
            yield from (("Ollama", path, name) for name, path in _ollama_models(home / place))


def _name(path: Path) -> str:
    """Return the name of a file's folder where the file has none of its own, as with Jan."""
    return path.parent.name if path.stem == "model" else ""


def _files(folder: Path) -> Iterator[Path]:
    """Yield the GGUF files in `folder`, a few levels deep, without following links out of it."""
    base = len(folder.parts)
    for root, folders, names in os.walk(folder):
        if len(Path(root).parts) - base >= _DEPTH:
            folders.clear()
        for name in sorted(names):
            path = Path(root) / name
            if path.suffix == ".gguf" and not is_later_part(name) and is_gguf(path):
                yield path


def _chosen_folders(home: Path) -> Iterator[tuple[str, Path]]:
    """Yield the folders for models that the writer chose in the settings of a program."""
    for name in _LM_STUDIO:
        for folder in _paths(_object(home / name).get("downloadsFolder")):
            yield "LM Studio", folder
    for name in _GPT4ALL:
        found = re.search(r"^modelPath=(.+)$", _text(home / name), re.MULTILINE)
        for folder in _paths(found and found[1].strip()):
            yield "GPT4All", folder


def _kobold_models(home: Path) -> Iterator[Path]:
    """Yield the files that KoboldCpp's saved settings name: it keeps no folder for models."""
    for place in _KOBOLD:
        for settings in _matching(home / place, "*.kcpps"):
            values = _object(settings)
            for path in _paths(values.get("model_param"), values.get("model")):
                if is_gguf(path):
                    yield path


def _ollama_models(store: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and file of the models in a store of Ollama's, where files are named by their hashes."""
    for manifest in _matching(store, "manifests/*/*/*/*"):
        try:
            layers = read_object(manifest, _SETTINGS_LIMIT)["layers"]
            digest = next(str(layer["digest"]) for layer in layers if layer["mediaType"] == _OLLAMA_WEIGHTS)
        except (OSError, ValueError, KeyError, TypeError, StopIteration):
            continue
        hexadecimal = digest.removeprefix("sha256:")
        path = store / "blobs" / f"sha256-{hexadecimal}"
        if hexadecimal.isalnum() and is_gguf(path):
            yield f"{manifest.parent.name}-{manifest.name}", path


def _paths(*values: object) -> list[Path]:
    """Return those settings that are paths from the root on, and not of all there is."""
    paths = [Path(value) for value in values if isinstance(value, str) and _is_name(value)]
    return [path for path in paths if path.is_absolute() and path not in (Path.home(), Path(path.anchor))]


def _is_name(value: str) -> bool:
    """Tell whether the system could have a file of that name: it has none with a zero or half a character."""
    try:
        return b"\0" not in os.fsencode(value)
    except ValueError:
        return False


def _matching(folder: Path, pattern: str) -> list[Path]:
    """Return the files in `folder` that match, none where it is another user's, as a service's often is."""
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def _object(path: Path) -> dict[str, object]:
    try:
        return read_object(path, _SETTINGS_LIMIT)
    except (OSError, ValueError):
        return {}


def _text(path: Path) -> str:
    try:
        small = path.is_file() and path.stat().st_size < _SETTINGS_LIMIT
        return path.read_text(encoding="utf-8") if small else ""
    except (OSError, ValueError):
        return ""
