"""Which files of a repository a model needs, and whether a file is what its repository says. Torch-free."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.hub.tagged_pieces import SPM

# A plain name without a folder: nothing that a server or a list says may lead out of the folder it is put into.
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+\-]{0,200}")
_WEIGHTS = re.compile(r"model(-\d+-of-\d+)?\.safetensors")
_INDEX = "model.safetensors.index.json"
_PICKLES = re.compile(r"pytorch_model(-\d+-of-\d+)?\.bin")
_PICKLE_INDEX = "pytorch_model.bin.index.json"
_PIECES = ({"source.spm", "vocab.json"}, {SPM})  # which a tokenizer can be made from (engine/hub/pieces.py)
_BESIDE = re.compile(
    r"(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json"
    r"|merges\.txt|vocab\.txt|chat_template\.(jinja|json)|.*\.(spm|model)|README\.md|LICEN[CS]E(\.(md|txt))?"
)
_BLOCK = 8_000_000  # bytes hashed between two chances to stop


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository: `sha256` of large ones, `blob` (git's SHA-1) of the others; "" where not known."""

    path: str
    size: int
    sha256: str = ""
    blob: str = ""


def checked_file(path: Any, size: Any, sha256: Any = "", blob: Any = "") -> HubFile:
    """Build a HubFile of what a hub or a list says. Raises TypeError for what says no file."""
    if type(size) is not int or size < 0 or not all(isinstance(each, str) for each in (path, sha256, blob)):
        raise TypeError(f"{path!r} of {size!r} bytes is no file")
    return HubFile(path, size, sha256, blob)


def is_plain(path: str) -> bool:
    """Tell whether `path` is the name of a file that stays in its folder."""
    return _PLAIN.fullmatch(path) is not None


def needed_files(files: Iterable[HubFile], repo: str) -> list[HubFile]:
    """Return the files that a model is loaded from, its card and licence among them, the weights last.

    Raises ModelError with the reason why the model cannot be used here.
    """
    plain = _plain(files)
    weights = [file for path, file in sorted(plain.items()) if _WEIGHTS.fullmatch(path)]
    if "model.safetensors" in plain:  # else shards, of which some repositories hold both
        weights = [plain["model.safetensors"]]
    elif _INDEX not in plain:
        weights = []
    _check(plain, weights, repo)
    beside = [file for path, file in sorted(plain.items()) if _BESIDE.fullmatch(path)]
    index = [] if len(weights) == 1 else [plain[_INDEX]]
    return [*beside, *index, *weights]


def fetched_files(files: Iterable[HubFile], repo: str) -> list[HubFile]:
    """Return the files to fetch of a repository: those of `needed_files`, with pickled weights for want of others.

    Those are to be converted. Raises ModelError with the reason why the model cannot be used here.
    """
    files = list(files)
    pickles = pickled_among(files)
    if not pickles:
        return needed_files(files, repo)
    # As if they were converted already: all else must be there.
    made = HubFile("model.safetensors", sum(file.size for file in pickles))
    return [*(file for file in needed_files([*files, made], repo) if file != made), *pickles]


def pickled_among(files: Iterable[HubFile]) -> list[HubFile]:
    """Return the pickled weights, and their index, of a model that has no others; empty for any other model."""
    plain = _plain(files)
    if any(_WEIGHTS.fullmatch(path) for path in plain):
        return []
    if "pytorch_model.bin" in plain:
        return [plain["pytorch_model.bin"]]
    shards = [file for path, file in sorted(plain.items()) if _PICKLES.fullmatch(path)]
    return [plain[_PICKLE_INDEX], *shards] if shards and _PICKLE_INDEX in plain else []


def _plain(files: Iterable[HubFile]) -> dict[str, HubFile]:
    return {file.path: file for file in files if is_plain(file.path)}


def _check(plain: dict[str, HubFile], weights: list[HubFile], repo: str) -> None:
    if "config.json" not in plain:
        raise ModelError(f"{repo} is not a transformers model (it has no config.json): choose another.")
    if not weights:
        pickled = any(path.endswith((".bin", ".pt", ".pth", ".h5", ".msgpack")) for path in plain)
        reason = "only in a format that can run programs" if pickled else "not there"
        raise ModelError(f"The weights of {repo} are {reason}: choose a model with safetensors.")
    if "tokenizer.json" not in plain and "target_vocab.json" in plain:  # pieces make a tokenizer of one vocabulary
        raise ModelError(f"{repo} reads and writes in two vocabularies, which is not supported: choose another model.")
    if "tokenizer.json" not in plain and not any(plain.keys() >= names for names in _PIECES):
        raise ModelError(f"{repo} has no tokenizer.json, which Penwright needs: choose a version that has one.")
    if any(file.size > 50_000_000_000 for file in weights):
        raise ModelError(f"{repo} has a file of more than 50 GB, which the hub does not send: choose a smaller model.")


def check_file(path: Path, file: HubFile) -> Generator[int, None, bool]:
    """Read `path` through, yielding the bytes hashed since the last; return whether it is `file`, byte for byte."""
    if path.stat().st_size != file.size:
        return False
    wanted = file.sha256 or file.blob
    if not wanted:
        return True  # the hub says of every file what it is; a mirror may not
    digest = hashlib.sha256() if file.sha256 else hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            digest.update(block)
            yield len(block)
    return digest.hexdigest() == wanted
