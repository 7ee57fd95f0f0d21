"""Tiny models, loaded once per test run in float32, so that equality with a reference can be exact."""

from __future__ import annotations

import atexit
from collections.abc import Generator, Sequence
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest
import torch

from engine.device import Device, choose_device
from engine.generate import generate_tokens
from engine.models.loaded import LoadedModel, load_model
from engine.params import SamplingParams
from engine.search.steps import Ending, Step
from tests.engine.compiled.ready import compiled_functions
from tests.engine.tiny_models import SEQ2SEQ_KINDS, tiny_causal, tiny_seq2seq

Value = TypeVar("Value")
CPU = Device(torch.device("cpu"), torch.float32, "CPU, float32")
PLACES = ["cpu", "compiled", pytest.param("cuda", marks=pytest.mark.gpu)]


@cache
def tiny_folder(kind: str) -> Path:
    """Return a folder with a tiny model of `kind`, kept until the tests end."""
    keeper = TemporaryDirectory()
    atexit.register(keeper.cleanup)
    write = tiny_seq2seq if kind in SEQ2SEQ_KINDS else tiny_causal
    return write(Path(keeper.name) / f"tiny-{kind}", kind)


@cache
def tiny(kind: str, place: str = "cpu") -> LoadedModel:
    """Return the tiny model of `kind` in float32; skips the test where there is no such device.

    The place "compiled" is a CPU on which the compiled functions are ready.
    """
    with compiled_functions() if place == "compiled" else nullcontext():
        return value_of(load_model(tiny_folder(kind), float32_on(place)))


def float32_on(place: str) -> Device:
    """Return the device "cpu" or "cuda" for float32; skips the test where there is none."""
    if place == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    return CPU if place in ("cpu", "compiled") else Device(choose_device(place).torch_device, torch.float32, place)


def value_of(generator: Generator[object, None, Value]) -> Value:
    """Run a generator to its end; return what it returns."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


def token_texts(
    model: LoadedModel,
    prompts: Sequence[Sequence[int]],
    params: SamplingParams,
    variants: int = 1,
    sources: Sequence[Sequence[int]] | None = None,
) -> tuple[list[list[int]], list[Ending]]:
    """Return the ids and the ending of every text."""
    texts: dict[int, list[int]] = {}
    endings: dict[int, Ending] = {}
    for step in generate_tokens(model, prompts, params, variants, sources):
        if isinstance(step, Step):
            for number, ids in step.ids:
                texts.setdefault(number, []).extend(ids)
            for ending in step.endings:
                endings[ending.number] = ending
    return [texts.get(number, []) for number in sorted(endings)], [endings[number] for number in sorted(endings)]
