"""How fast this machine reads memory, or its GPU copies: decoding, which reads all weights per token, is held to it."""

from __future__ import annotations

import time

import torch

from engine.fit import WEIGHT_BYTES
from engine.model_shape import ModelShape

_BYTES = 512_000_000  # more than any cache holds
_ROUNDS = 5
_COMPILED = {"int4": 0.5625}  # bytes per weight as compiled functions read them: scales and middles are bytes


def measured_bandwidth(device: str) -> float:
    """Return the bytes a second that are read on a CPU, by as many threads as help, or read and written on a GPU."""
    return _copied() if device.startswith("cuda") else _read()


def bytes_per_token(shape: ModelShape, weights: str, context: int, device: str) -> float:
    """Return the bytes that a step reads: weights but rows that are looked up, and the cache of `context` tokens."""
    each = _COMPILED.get(weights) if device == "cpu" else None
    held = (shape.parameters - shape.looked_up) * (each or WEIGHT_BYTES[weights])
    return held + shape.cache * context * (2 if device.startswith("cuda") else 4)


def _read() -> float:
    block = torch.ones(_BYTES // 4)
    before = torch.get_num_threads()
    best = 0.0
    for threads in {1, before}:
        torch.set_num_threads(threads)
        for _ in range(_ROUNDS):
            begun = time.perf_counter()
            block.sum()
            best = max(best, block.nbytes / (time.perf_counter() - begun))
    torch.set_num_threads(before)
    return best


def _copied() -> float:
    source = torch.ones(_BYTES, dtype=torch.int8, device="cuda")
    target = torch.empty_like(source)
    best = 0.0
    for _ in range(_ROUNDS):
        begun, ended = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begun.record()
        target.copy_(source)
        ended.record()
        torch.cuda.synchronize()
        best = max(best, 2 * _BYTES / (begun.elapsed_time(ended) / 1000))
    return best
