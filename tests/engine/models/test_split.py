from dataclasses import replace

import pytest
import torch
import transformers
from accelerate import cpu_offload

from engine.device import choose_device
from engine.errors import DeviceError
from engine.models import split as split_module
from engine.models.families import load_decoder
from engine.models.pretrained import PretrainedCausal, PretrainedSeq2Seq
from engine.models.pretrained import load as load_pretrained
from engine.models.split import load_split, parts_of, plan_split
from tests.engine.models.reading import read
from tests.engine.tiny_loaded import CPU, tiny_folder
from tests.engine.tiny_models import CAUSAL_KINDS, SEQ2SEQ_KINDS


def model_of(kind):
    auto = transformers.AutoModelForSeq2SeqLM if kind in SEQ2SEQ_KINDS else transformers.AutoModelForCausalLM
    return auto, auto.from_pretrained(tiny_folder(kind), dtype=torch.float32)


@pytest.mark.parametrize("kind", CAUSAL_KINDS + SEQ2SEQ_KINDS)
def test_the_parts_of_a_model_are_all_of_it(kind):
    _, model = model_of(kind)
    parts = parts_of(model)
    tensors = {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())}
    assert sum(part.size for part in parts) == sum(
        tensor.numel() * tensor.element_size() for tensor in tensors.values()
    )
    names = [part.name for part in parts]
    assert all(any(name == part or name.startswith(f"{part}.") for part in names) for name in model.state_dict())
    assert sum(part.layer for part in parts) == (4 if kind in SEQ2SEQ_KINDS else 2)


@pytest.mark.parametrize("kind", CAUSAL_KINDS + SEQ2SEQ_KINDS)
def test_a_model_is_planned_without_its_weights_being_read(kind, monkeypatch):
    auto, model = model_of(kind)
    monkeypatch.setattr(split_module, "room_for", lambda _shape, _weights, free: round(0.9 * free))
    whole = sum(part.size for part in parts_of(model))
    split = plan_split(auto, tiny_folder(kind), CPU, round(whole / 0.9 * 0.95), 10**9)
    assert split.wait
    assert split.staying_bytes + split.waiting_bytes == whole
    assert set(split_module.places(split, torch.device("cuda", 0)).values()) == {"cuda:0", "cpu"}
    with pytest.raises(DeviceError, match="would have to wait in main memory, where only 0 kB"):
        plan_split(auto, tiny_folder(kind), CPU, round(whole / 0.9 * 0.95), 10)
    with pytest.raises(DeviceError, match="Even split"):
        plan_split(auto, tiny_folder(kind), CPU, 10, 10**9)


@pytest.mark.parametrize("kind", CAUSAL_KINDS + SEQ2SEQ_KINDS)
def test_layers_that_visit_compute_as_those_that_stay(kind):
    """accelerate's hooks are those of a split model; on a machine without a GPU they visit the processor."""
    _, model = model_of(kind)
    whole = load_pretrained(tiny_folder(kind), CPU)
    cpu_offload(model.eval(), execution_device=torch.device("cpu"))
    assert {parameter.device.type for parameter in model.parameters()} == {"meta"}
    visited = (PretrainedSeq2Seq if kind in SEQ2SEQ_KINDS else PretrainedCausal)(model, torch.device("cpu"))
    for rows in (1, 2):
        assert torch.equal(*(read(decoder, rows) for decoder in (whole, visited)))


def test_only_an_accelerator_with_memory_of_its_own_is_split():
    with pytest.raises(DeviceError, match="split between an NVIDIA GPU and main memory, not on CPU"):
        load_split(transformers.AutoModelForCausalLM, tiny_folder("llama"), CPU, {})
    with pytest.raises(DeviceError, match="not on CPU"):
        load_decoder(tiny_folder("llama"), replace(CPU, split=True))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("kind", CAUSAL_KINDS + SEQ2SEQ_KINDS)
def test_a_model_split_over_a_gpu_and_main_memory_computes_as_a_whole_one(kind, monkeypatch):
    monkeypatch.setattr(split_module, "room_for", lambda _shape, _weights, free: round(0.9 * free))
    _, model = model_of(kind)
    room = round(sum(part.size for part in parts_of(model)) / 0.9 * 0.95)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _device: (room, room))
    device = replace(choose_device("cuda"), dtype=torch.float32, split=True)
    decoder = load_decoder(tiny_folder(kind), device)
    assert "cpu" in decoder._model.hf_device_map.values()
    assert decoder.device.type == "cuda"
    whole = load_pretrained(tiny_folder(kind), replace(device, split=False))
    torch.testing.assert_close(read(decoder, 2), read(whole, 2), atol=1e-4, rtol=1e-4)
