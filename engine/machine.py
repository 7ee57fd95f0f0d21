"""What a device does per second, measured once in a few seconds and kept: it makes estimates of speed honest."""

from __future__ import annotations

import contextlib
import functools
import json
import tempfile
import time
from collections.abc import Callable, Generator
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psutil

from engine.errors import DeviceError
from engine.events import DeviceFound, Event, Progress
from engine.fit import WEIGHT_BYTES, Speeds, free_memory
from engine.paths import data_dir
from engine.processor import abilities

if TYPE_CHECKING:
    from torch import Tensor

    from engine.device import Device
    from engine.models.linear import Linear

_MATRICES, _SIDE = 12, 2048  # more than a processor's cache holds
_PACKED, _WIDE = 4, 4096  # the same for packed weights, in products so large that calling one costs little
_LAYERS = (2, 10)
_ROUNDS = 7
_STEPS = 12


def known_speeds(description: str) -> Speeds | None:
    """Return what was measured of the device described so, None where nothing was. Torch-free."""
    try:
        return Speeds(**json.loads(_path().read_text(encoding="utf-8"))[description])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def found_devices(current: Device, loaded: list[str], asked: str) -> list[DeviceFound]:
    """Return the devices of this machine; models run on `current`, which was `asked` for by name or chosen ("")."""
    from engine.device import list_devices

    found = list_devices()
    shown = [current if device.torch_device == current.torch_device else device for device in found]
    return [_described(device, *_use(device, current, loaded), _why(device, current, found, asked)) for device in shown]


def _use(device: Device, current: Device, loaded: list[str]) -> tuple[bool, list[str]]:
    """Return whether models run on `device`, and which."""
    used = device.torch_device == current.torch_device
    return used, loaded if used else []


def _described(device: Device, chosen: bool, loaded: list[str], why: str) -> DeviceFound:
    from engine.models.formats import is_compiled

    free, total = device_memory(device)
    speeds = known_speeds(device.description) or Speeds(0.0, 0.0)
    packed, others = _weights(device)
    return DeviceFound(
        name=str(device.torch_device),
        description=device.description,
        weights=packed,
        why=why,
        chosen=chosen,
        free_bytes=free,
        total_bytes=total,
        bandwidth=speeds.bandwidth,
        layer_seconds=speeds.layer_seconds,
        formats=speeds.formats,
        step_seconds=speeds.step_seconds,
        visiting=speeds.visiting,
        loaded=loaded,
        abilities=abilities(device),
        other_weights=others,
        copies=not is_compiled("int4"),
    )


def _weights(device: Device) -> tuple[str, str]:
    """Return the formats in which `device` holds the weights of models with products of our own, and of others."""
    from engine.device import SMALL, dtype_name
    from engine.models.formats import choose_format

    own = dtype_name(device.dtype)
    others = device.weights if device.weights in SMALL else own
    try:
        return choose_format(device).name, others
    except DeviceError:  # a format that was asked for and is not to be had, which loading says
        return others, others


def _why(device: Device, current: Device, found: list[Device], asked: str) -> str:
    if device.torch_device != current.torch_device:
        return "It is there, but not in use."
    if asked:
        return "It is in use because it was asked for."
    if len(found) == 1:
        return "It is in use because no GPU was found that PyTorch can compute on."
    return "It is in use because it is the fastest that was found."


def device_memory(device: Device) -> tuple[int, int]:
    """Return the bytes of a device that are free, and all of them."""
    import torch

    if device.torch_device.type == "cuda":
        return torch.cuda.mem_get_info(device.torch_device)
    return free_memory(), psutil.virtual_memory().total  # an Apple GPU has its memory in common with the processor


def measure(device: Device) -> Generator[Event, None, Speeds]:
    """Measure `device` and keep the result."""
    yield Progress(0, 4, "parts", "Measuring how fast weights are read")
    bandwidth = _bandwidth(device)
    yield Progress(1, 4, "parts", "Measuring how fast packed weights are read")
    formats = _format_rates(device)
    yield Progress(2, 4, "parts", "Measuring how fast layers come from main memory")
    visiting = _visiting_rate(device)
    yield Progress(3, 4, "parts", "Measuring what a layer costs")
    layer, step = _layer_and_step_seconds(device)
    speeds = Speeds(bandwidth, layer, formats, step, visiting)
    _keep(device.description, speeds)
    return speeds


def _bandwidth(device: Device) -> float:
    import torch

    with torch.inference_mode():
        matrices = [torch.ones(_SIDE, _SIDE, dtype=device.dtype, device=device.torch_device) for _ in range(_MATRICES)]
        row = torch.ones(1, _SIDE, dtype=device.dtype, device=device.torch_device)

        def read_all() -> None:
            for matrix in matrices:
                torch.nn.functional.linear(row, matrix)

        size = sum(matrix.numel() * matrix.element_size() for matrix in matrices)
        return size / _seconds(read_all, device)


def _visiting_rate(device: Device) -> float:
    """Return the bytes a second that come from main memory to `device`, as the layers of a split model do."""
    import torch

    waiting = [torch.ones(_SIDE, _SIDE, dtype=device.dtype) for _ in range(_MATRICES)]

    def visit() -> None:
        for matrix in waiting:
            matrix.to(device.torch_device, copy=True)

    return sum(matrix.numel() * matrix.element_size() for matrix in waiting) / _seconds(visit, device)


def _format_rates(device: Device) -> dict[str, float]:
    """Return the bytes of weights a second that products of each format get through which this machine knows."""
    import torch

    from engine.device import SMALL, WEIGHTS
    from engine.models.formats import choose_format

    rates: dict[str, float] = {}
    for name in WEIGHTS if device.torch_device.type == "cpu" else SMALL:
        with contextlib.suppress(DeviceError), torch.inference_mode():  # a format that this machine has no products for
            held = choose_format(replace(device, weights=name))
            weight = torch.randn(_WIDE, _WIDE)
            row = torch.ones(1, _WIDE, dtype=held.dtype, device=device.torch_device)
            products = [held.product(weight, None) for _ in range(_PACKED)]
            seconds = _seconds(functools.partial(_multiply, row, products), device)
            rates[name] = _PACKED * _WIDE * _WIDE * WEIGHT_BYTES[name] / seconds
    return rates


def _multiply(row: Tensor, products: list[Linear]) -> None:
    for product in products:
        product(row)


def _layer_and_step_seconds(device: Device) -> tuple[float, float]:
    """Return the difference that a layer makes to a step of models too small for their weights to count, and the rest.

    The rest is what a step takes apart from its layers.
    """
    few, many = (_step_seconds(device, layers) for layers in _LAYERS)
    layer = max(1e-7, (many - few) / (_LAYERS[1] - _LAYERS[0]))
    return layer, max(0.0, few - _LAYERS[0] * layer)


def _step_seconds(device: Device, layers: int) -> float:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from engine.models.families import load_decoder

    config = LlamaConfig(
        vocab_size=64,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=layers,
        num_attention_heads=4,
        max_position_embeddings=256,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        LlamaForCausalLM(config).to(dtype=device.dtype).save_pretrained(folder)  # type: ignore[call-arg] (a decorator)
        decoder = load_decoder(folder, device)
        state = decoder.new_state(1)
        ids = torch.ones(1, 8, dtype=torch.long, device=device.torch_device)
        _, state = decoder.prefill(ids, state)

        def steps() -> None:
            nonlocal state
            for _ in range(_STEPS):
                _, state = decoder.step(ids[:, 0], state)

        return _seconds(steps, device) / _STEPS


def _seconds(act: Callable[[], None], device: Device) -> float:
    """Return the median of several rounds, the first of which does not count."""
    import torch

    taken = []
    for _ in range(_ROUNDS + 1):
        started = time.perf_counter()
        act()
        if device.torch_device.type == "cuda":
            torch.cuda.synchronize(device.torch_device)
        taken.append(time.perf_counter() - started)
    return median(taken[1:])


def _path() -> Path:
    return data_dir() / "machine.json"


def _keep(description: str, speeds: Speeds) -> None:
    path = _path()
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**kept, description: asdict(speeds)}, indent=1) + "\n", encoding="utf-8")
