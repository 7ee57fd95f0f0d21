from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.catalog import read_entry
from engine.device import Device
from engine.errors import DeviceError
from engine.fit import Verdict, fit
from engine.model_shape import ModelShape, read_shape
from engine.modes import Mode, Request
from engine.room import Remedy, placed, remedies_for, short_of_memory
from tests.engine.compiled.ready import compiled_functions
from tests.engine.tiny_loaded import CPU, tiny_folder

GB = 1_000_000_000
SHAPE = ModelShape(parameters=8 * GB, layers=32, cache=2 * 32 * 1024, hidden=4096, vocab=32_000, window=8192)
GPU = Device(torch.device("cuda", 0), torch.bfloat16, "a GPU")


def test_what_helps_depends_on_what_there_is():
    assert remedies_for(SHAPE, "bfloat16", "cuda:0", 12 * GB, 64 * GB) == ["int8", "int4", "split", "cpu"]
    assert remedies_for(SHAPE, "bfloat16", "cuda:0", 8 * GB, 64 * GB) == ["int4", "split", "cpu"]
    assert remedies_for(SHAPE, "int8", "cuda:0", 4 * GB, 64 * GB) == ["split", "cpu"]
    assert remedies_for(SHAPE, "bfloat16", "cuda:0", 8 * GB, 4 * GB) == ["int4"]
    assert remedies_for(SHAPE, "bfloat16", "cpu", 14 * GB, 14 * GB) == ["int8"]
    assert remedies_for(SHAPE, "bfloat16", "cpu", 8 * GB, 8 * GB, copied=False) == ["int4"]
    gguf = replace(SHAPE, file_bytes=5 * GB)
    assert remedies_for(gguf, "float32", "cpu", GB, GB) == []
    assert remedies_for(gguf, "bfloat16", "cuda:0", GB, 16 * GB) == ["cpu"]


@given(st.integers(1, 100), st.integers(1, 100), st.sampled_from(["float32", "bfloat16", "int8", "int4"]))
def test_a_format_that_is_offered_is_smaller_and_fits(free, memory, held):
    for remedy in remedies_for(SHAPE, held, "cuda:0", free * GB, memory * GB):
        if remedy in (Remedy.INT8, Remedy.INT4):
            assert fit(SHAPE, remedy, free * GB, accelerated=True).verdict is not Verdict.NO
            assert remedy != held


def test_a_model_for_which_there_is_no_room_is_refused_with_what_may_help(monkeypatch):
    entry = read_entry(tiny_folder("gpt2"))
    monkeypatch.setattr("engine.room.device_memory", lambda _device: (50_000, 16 * GB))
    with pytest.raises(DeviceError, match=r"take \d+ kB in float32, but only 50 kB are free in main memory") as caught:
        placed(entry, CPU)
    assert caught.value.remedies == ()
    with pytest.raises(DeviceError, match="keep some of its layers in main memory") as caught:
        placed(entry, GPU)
    assert set(caught.value.remedies) >= {"split", "cpu"}


def test_4_bits_are_refused_for_what_they_take_and_not_for_a_form_that_is_not_made(monkeypatch):
    entry = read_entry(tiny_folder("llama"))
    small, shape = replace(CPU, weights="int4"), read_shape(entry.folder)
    held = shape.parameters + 2 * shape.vocab * shape.hidden  # the table of words beside them
    monkeypatch.setattr("engine.room.device_memory", lambda _device: (held, 16 * GB))
    with pytest.raises(DeviceError, match="in int4, but only"):
        placed(entry, small)
    with compiled_functions():
        assert placed(entry, small)[0] == small


def test_only_what_does_not_fit_is_split_and_only_with_consent(monkeypatch):
    entry = read_entry(tiny_folder("llama"))
    consent = replace(GPU, split=True)
    monkeypatch.setattr("engine.room.device_memory", lambda _device: (16 * GB, 16 * GB))
    assert placed(entry, consent) == (GPU, "")
    monkeypatch.setattr("engine.room.device_memory", lambda _device: (50_000, 16 * GB))
    device, warning = placed(entry, consent)
    assert device.split
    assert "some of its layers wait in main memory" in warning


def test_a_job_that_ran_out_of_memory_says_which_and_what_to_lower(monkeypatch):
    monkeypatch.setattr("engine.room.device_memory", lambda _device: (GB, 8 * GB))
    error = short_of_memory(GPU, Request(Mode.WRITE, "Once", variants=3))
    assert str(error) == (
        "The memory of a GPU (1.0 GB of 8.0 GB free) was not enough for 3 texts at once: hold its weights in 8 or "
        "4 bits, ask for one text at a time, run it on the processor, close other programs or choose a smaller model."
    )
    assert error.remedies == ("fewer", "int8", "int4", "cpu")
