"""Models that are larger than a GPU's memory: layers that find no room there wait in main memory and visit.

accelerate moves a waiting layer to the GPU for each pass and forgets it there again, so that all computing, and
all that is remembered of a text, stays on the GPU. Nothing is ever put on a disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.amounts import size_words
from engine.device import Device, dtype_name
from engine.errors import DeviceError
from engine.fit import free_memory
from engine.model_shape import read_shape
from engine.splitting import SHARE, Part, Split, room_for, split_parts

_WAITING = "cpu"


def parts_of(model: nn.Module) -> list[Part]:
    """Return the parts of a model of transformers, in order; weights that two parts share count for the first."""
    lists = [module for module in model.modules() if isinstance(module, nn.ModuleList)]
    layers = {id(layer) for modules in lists for layer in modules}  # of lists in a list, the outer ones count
    return list(_parts(model, "", layers, set()))


def _parts(module: nn.Module, prefix: str, layers: set[int], seen: set[int]) -> Iterator[Part]:
    own = [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
    for name, tensor in own:
        yield Part(prefix + name, _size([tensor], seen), layer=False)
    for name, child in module.named_children():
        if id(child) not in layers and any(id(inner) in layers for inner in child.modules()):
            yield from _parts(child, f"{prefix}{name}.", layers, seen)
        else:
            size = _size([*child.parameters(), *child.buffers()], seen)
            yield Part(prefix + name, size, layer=id(child) in layers)


def _size(tensors: list[Tensor], seen: set[int]) -> int:
    new = {id(tensor): tensor for tensor in tensors if id(tensor) not in seen}
    seen.update(new)
    return sum(tensor.numel() * tensor.element_size() for tensor in new.values())


def plan_split(loader: Any, folder: Path, device: Device, room: int, waiting_room: int) -> Split:
    """Return how the model in `folder` is split, by its configuration alone; `loader` is a class of transformers.

    `room` and `waiting_room` are the bytes that are free on the device and in main memory. Raises DeviceError where
    that is not enough.
    """
    import transformers

    config = transformers.AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    with torch.device("meta"):
        model = loader.from_config(config, dtype=device.dtype, trust_remote_code=False)
    model.tie_weights()
    try:
        split = split_parts(parts_of(model), room_for(read_shape(folder), dtype_name(device.dtype), room))
    except ValueError as error:
        raise DeviceError(
            f"Even split, {folder.name} does not fit {device.description}, where {size_words(room)} are free: "
            "run it on the processor, or choose a smaller model."
        ) from error
    if split.waiting_bytes > SHARE * waiting_room:
        raise DeviceError(
            f"{size_words(split.waiting_bytes)} of {folder.name} would have to wait in main memory, where only "
            f"{size_words(waiting_room)} are free: close other programs, hold its weights in 8 bits, or choose a "
            "smaller model."
        )
    return split


def load_split(loader: Any, folder: Path, device: Device, options: dict[str, Any]) -> tuple[Any, Any]:
    """Return what `loader.from_pretrained` does with `options`, the model split between `device` and main memory.

    Raises DeviceError where it fits neither; the device has to be one with memory of its own.
    """
    if device.torch_device.type != "cuda":
        raise DeviceError(f"A model is split between an NVIDIA GPU and main memory, not on {device.description}.")
    free, _ = torch.cuda.mem_get_info(device.torch_device)
    split = plan_split(loader, folder, device, free, free_memory())
    return loader.from_pretrained(folder, device_map=places(split, device.torch_device), **options)


def places(split: Split, device: torch.device) -> dict[str, str]:
    """Return where each part belongs, as accelerate reads it."""
    return dict.fromkeys(split.stay, str(device)) | dict.fromkeys(split.wait, _WAITING)
