"""Where a model runs and how its weights are held: decided once, and said aloud."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from engine.errors import DeviceError

WEIGHTS = ("float32", "bfloat16", "int8", "int4")
SMALL = ("int8", "int4")
AUTO = "auto"
_DTYPES = {torch.float32: "float32", torch.bfloat16: "bfloat16", torch.float16: "float16"}


@dataclass(frozen=True, slots=True)
class Device:
    """A place to compute, in words too, and the type to compute with there.

    `weights` is the format that weights shall be held in, one of WEIGHTS, or AUTO for the fastest that is
    nearly as good; "" is that of `dtype`. Families that have no choice hold them in `dtype`. `split` has the layers
    for which there is no room wait in main memory. Models read up to `context` tokens at once, or with 0 all they can.
    """

    torch_device: torch.device
    dtype: torch.dtype
    description: str
    weights: str = ""
    split: bool = False
    context: int = 0


def choose_device(name: str = "", weights: str = AUTO, *, split: bool = False, context: int = 0) -> Device:
    """Return the device called `name` ("cpu", "cuda", "cuda:1", "mps"), or the best one for "", with `weights`.

    `split` allows models to be split between it and main memory, and `context` limits what they read at once.

    Raises DeviceError for a device that is unknown or missing: there is no silent fallback. Raises ValueError
    for a format that is none.
    """
    if weights not in (*WEIGHTS, AUTO):
        raise ValueError(f"unknown weights {weights!r}, known are {', '.join((*WEIGHTS, AUTO))}")
    device = replace(_device_called(name), split=split, context=context)
    if weights in ("float32", "bfloat16"):
        return replace(device, weights=weights, dtype=getattr(torch, weights))
    return replace(device, weights=weights)


def _device_called(name: str) -> Device:
    devices = list_devices()
    if not name:
        return devices[0]
    try:
        wanted = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(f'There is no device called "{name}": choose {_choices(devices)}.') from error
    for device in devices:
        if device.torch_device.type == wanted.type and (wanted.index or 0) == (device.torch_device.index or 0):
            return device
    raise DeviceError(f'The device "{name}" is not available on this machine: choose {_choices(devices)}.')


def list_devices() -> list[Device]:
    """Return every device of this machine, the best one first."""
    devices = [_cuda(index) for index in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    if torch.backends.mps.is_available():
        devices.append(_mps())
    return [*devices, _cpu()]


def dtype_name(dtype: torch.dtype) -> str:
    """Return "float32", "bfloat16", ... for `dtype`."""
    return _DTYPES.get(dtype, str(dtype).removeprefix("torch."))


def multiplies_bfloat16() -> bool:
    """Tell whether the processor has products of bfloat16; without, they cost more than those of float32."""
    features = torch.cpu.get_capabilities()
    return any(features.get(name) for name in ("amx_bf16", "avx512_bf16", "bf16"))  # the last is ARM's


def _choices(devices: list[Device]) -> str:
    return " or ".join(str(device.torch_device) for device in devices)


def _cuda(index: int) -> Device:
    dtype = torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return Device(torch.device("cuda", index), dtype, torch.cuda.get_device_name(index))


def _mps() -> Device:
    dtype = torch.bfloat16 if torch.backends.mps.is_macos_or_newer(14, 0) else torch.float32
    return Device(torch.device("mps"), dtype, "Apple GPU")


def _cpu() -> Device:
    features = torch.cpu.get_capabilities()
    if features.get("amx_bf16"):
        return Device(torch.device("cpu"), torch.bfloat16, "CPU (AMX)")
    if features.get("avx512_bf16"):
        return Device(torch.device("cpu"), torch.bfloat16, "CPU (AVX-512)")
    return Device(torch.device("cpu"), torch.float32, "CPU")
