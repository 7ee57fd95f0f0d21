"""What a device is called, and which of its abilities make models fast, in words for the writer."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from engine.device import Device

_SETS = (  # torch's names for instruction sets, the best first, and what people call them
    ("amx_int8", "AMX"),
    ("avx512_bf16", "AVX-512 with bfloat16"),
    ("avx512_vnni", "AVX-512 with VNNI"),
    ("avx512_f", "AVX-512"),
    ("avx_vnni", "AVX2 with VNNI"),
    ("avx2", "AVX2"),
    ("sve", "SVE"),
    ("asimd", "NEON"),
)
_NO_NAMES = frozenset(("", "arm", "i386", "x86_64"))


def abilities(device: Device) -> str:
    """Return what `device` is and can do, such as "Intel Xeon, 8 cores, AVX-512 with VNNI"; "" where nothing is known.

    Only instruction sets count that weights are multiplied by.
    """
    import torch

    place = device.torch_device
    if place.type == "cuda":
        major, minor = torch.cuda.get_device_capability(place)
        return f"NVIDIA GPU, compute capability {major}.{minor}"
    if place.type == "mps":
        return "Metal (MPS)"
    return processor_words(processor_name(), psutil.cpu_count(logical=False) or 0, torch.cpu.get_capabilities())


def processor_words(name: str, cores: int, features: Mapping[str, object]) -> str:
    """Return a processor's name, its cores (0: unknown) and the best of its instruction sets in one line."""
    counted = f"{cores} core{'' if cores == 1 else 's'}" if cores else ""
    sets = next((words for key, words in _SETS if features.get(key)), "")
    return ", ".join(part for part in (name, counted, sets) if part)


def processor_name() -> str:
    """Return what the system calls its processor, "" where it does not say."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # another system than Linux
        lines = []
    named = next((line.partition(":")[2] for line in lines if line.startswith("model name")), platform.processor())
    words = " ".join(named.replace("(R)", "").replace("(TM)", "").split())
    return "" if words in _NO_NAMES else words
