"""A checkpoint folder as plain facts and tensors: configuration, and weights that are mapped rather than read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.errors import ModelError
from engine.json_files import read_object
from engine.models.families import read_config

_SINGLE, _INDEX = "model.safetensors", "model.safetensors.index.json"


class Checkpoint:
    """The configuration and the named tensors of the model in `folder`. Raises ModelError where it is damaged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = read_config(folder)
        path = folder / "generation_config.json"
        # Without one, older checkpoints keep the same facts in their configuration.
        self._generation = _read_json(path) if path.is_file() else self.config
        check_weights(folder)
        try:
            self._files = {name: file for file in _open_files(folder) for name in file.keys()}  # noqa: SIM118 - no mapping
        except (OSError, SafetensorError) as error:
            raise _damaged(folder) from error

    def setting(self, name: str) -> Any:
        """Return what the generation configuration, or else the configuration, says of `name`; None for nothing."""
        value = self._generation.get(name)
        return self.config.get(name) if value is None else value

    def end_ids(self) -> frozenset[int]:
        """Return the ids any of which ends a text."""
        ends = self.setting("eos_token_id")
        return frozenset(ends if isinstance(ends, list) else () if ends is None else (ends,))

    def suppressed_ids(self, device: torch.device) -> Tensor | None:
        """Return the ids (N,) that must never be written, None without any."""
        single = [ids[0] for ids in self._generation.get("bad_words_ids") or () if len(ids) == 1]
        ids = sorted({*single, *(self._generation.get("suppress_tokens") or ())})
        return torch.tensor(ids, device=device) if ids else None

    def has(self, name: str) -> bool:
        """Tell whether there is a tensor called `name`."""
        return name in self._files

    def tensor(self, name: str, *shape: int) -> Tensor:
        """Return the tensor called `name`. Raises ModelError where it is missing or not of `shape`."""
        if name not in self._files:
            raise ModelError(f"The weights of the model in {self.folder} are incomplete: download it again.")
        try:
            found = self._files[name].get_tensor(name)
        except (OSError, SafetensorError) as error:
            raise _damaged(self.folder) from error
        if tuple(found.shape) != shape:
            raise ModelError(
                f"The model in {self.folder} is damaged: its weights are not of the shape it states. Download it again."
            )
        return found

    def stacked(self, names: Sequence[str], rows: Sequence[int], width: int) -> Tensor:
        """Return matrices of `rows` by `width` on top of each other: one product instead of several."""
        return torch.cat([self.tensor(name, count, width) for name, count in zip(names, rows, strict=True)])

    def stacked_bias(self, names: Sequence[str], rows: Sequence[int]) -> Tensor | None:
        """Return the biases one after the other, None where there are none."""
        if not any(self.has(name) for name in names):
            return None
        return torch.cat([self.tensor(name, count) for name, count in zip(names, rows, strict=True)])


def check_weights(folder: Path) -> None:
    """Raise ModelError unless `folder` holds weights that are no programs."""
    if any(folder.glob("*.safetensors")):
        return
    if any(folder.glob("*.bin")) or any(folder.glob("*.pt")) or any(folder.glob("*.pth")):
        raise ModelError(
            f"The weights in {folder} are pickled, a format that can run programs, and are not loaded: "
            "import the folder, which offers to convert a copy, or choose a version with safetensors."
        )
    raise ModelError(f"The model in {folder} has no weights (model.safetensors): download it again.")


def _open_files(folder: Path) -> list[Any]:
    index = folder / _INDEX
    names = {_SINGLE} if not index.is_file() else set(_read_json(index).get("weight_map", {}).values())
    # Names come from a stranger's file: none leads out of the folder.
    return [safe_open(folder / Path(str(name)).name, framework="pt") for name in sorted(names)]


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return read_object(path)
    except (ValueError, OSError) as error:
        raise ModelError(f"{path} is damaged: download the model again.") from error


def _damaged(folder: Path) -> ModelError:
    return ModelError(
        f"The model in {folder} cannot be loaded; it is damaged or of an unknown kind. "
        "Download it again or choose another."
    )
