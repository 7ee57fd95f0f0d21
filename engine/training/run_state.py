"""The state of a training run on disk: tensors as safetensors, counters as JSON, written atomically."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.errors import StorageError, TrainingStateError
from engine.json_files import parse_json
from engine.training.optimizer import Optimizer

_FILE = "state.safetensors"
_CARRIED = "carried."


@dataclass(frozen=True, slots=True)
class Position:
    """Where a run stands: `step` steps done in `seconds`, `index` batches of epoch `epoch` used.

    `best` is the lowest validation loss, and `waited` the evaluations since.
    """

    step: int = 0
    epoch: int = 0
    index: int = 0
    seconds: float = 0.0
    best: float = math.inf
    waited: int = 0


def save_state(folder: Path, optimizer: Optimizer, position: Position, carried: dict[str, Tensor]) -> None:
    """Write the run's state so that a kill at any moment leaves the old one or the new one.

    `carried` is what a model remembers from batch to batch.
    """
    path = folder / _FILE
    staging = path.with_suffix(".part")
    tensors = optimizer.state() | {"torch_rng": torch.get_rng_state()}
    tensors |= {f"{_CARRIED}{name}": value for name, value in carried.items()}
    unique = {name: value.contiguous() for name, value in tensors.items()}
    try:
        save_file(unique, staging, metadata={"position": json.dumps(asdict(position))})
        staging.replace(path)
    except OSError as error:
        raise StorageError(f"Training could not be saved to {folder}: {error.strerror}. Free some space.") from error


def load_state(folder: Path, optimizer: Optimizer) -> tuple[Position, dict[str, Tensor]]:
    """Take up the saved run in `folder`, and return what its model carried; a folder without one starts afresh.

    Raises TrainingStateError where the state is damaged or belongs to another recipe.
    """
    path = folder / _FILE
    if not path.is_file():
        return Position(), {}
    try:
        with safe_open(path, "pt") as opened:
            position = Position(**parse_json(opened.metadata()["position"]))
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 (no mapping)
        torch.set_rng_state(tensors.pop("torch_rng"))
        names = [name for name in tensors if name.startswith(_CARRIED)]
        carried = {name.removeprefix(_CARRIED): tensors.pop(name) for name in names}
        optimizer.load_state(tensors)
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise TrainingStateError(
            f"The saved training in {folder} does not fit this recipe: choose another folder."
        ) from error
    return position, carried
