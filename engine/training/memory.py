"""What a training holds in memory, worked out before it is begun: weights, gradients, and what the optimiser keeps."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from engine.amounts import size_words
from engine.device import Device
from engine.errors import DeviceError
from engine.machine import device_memory
from engine.model_shape import read_shape
from engine.training.optimizer import is_matrix_of
from engine.training.recipe import OptimizerSettings

_FLOAT = 4  # bytes
_MOMENTS = {"sgd": 0, "adam": 2, "adamw": 2, "muon": 1}  # numbers kept of each weight


def weight_bytes(module: nn.Module) -> int:
    """Return the bytes of the weights as they are."""
    return sum(weight.numel() * weight.element_size() for weight in module.parameters())


def training_bytes(module: nn.Module, settings: OptimizerSettings) -> int:
    """Return the bytes that a training of `module` holds from its first step on, activations not counted.

    Every weight is there as it is; those that are trained (of adapters, theirs alone) have a float32 master, a float32
    gradient, the optimiser's moments, and an average where one is kept.
    """
    held = weight_bytes(module)
    is_matrix = is_matrix_of(module)
    for weight in module.parameters():
        if weight.requires_grad:
            moments = 2 if settings.kind == "muon" and not is_matrix(weight) else _MOMENTS[settings.kind]
            held += weight.numel() * _FLOAT * (2 + moments + bool(settings.ema))
    return held


def check_start(folder: Path, device: Device) -> None:
    """Raise DeviceError where the model in `folder` cannot even be taken up, in float32, on `device`."""
    try:
        parameters = read_shape(folder).parameters
    except (OSError, ValueError, KeyError, TypeError):
        return  # damaged, which loading will say better
    check_room(parameters * _FLOAT, device)


def check_room(needed: int, device: Device) -> None:
    """Raise DeviceError where a training needs more bytes than are still free: to try would end the process."""
    free, _ = device_memory(device)
    if needed > free:
        raise DeviceError(
            f"This training needs at least another {size_words(needed)} of memory, and {size_words(free)} are free on "
            f"{device.description}: begin with a smaller model, train adapters only (LoRA), or close other programs."
        )
