import pytest
import torch

from engine.device import AUTO, WEIGHTS, choose_device, list_devices
from engine.errors import DeviceError


def test_the_best_device_is_the_default_and_the_processor_the_last():
    devices = list_devices()
    assert choose_device().torch_device == devices[0].torch_device
    assert devices[-1].torch_device == torch.device("cpu")
    assert choose_device("cpu").torch_device == torch.device("cpu")
    assert choose_device("cpu").description.startswith("CPU")


@pytest.mark.parametrize("weights", [*WEIGHTS, AUTO])
def test_weights_are_held_as_asked(weights):
    device = choose_device("cpu", weights)
    assert device.weights == weights
    plain = {"float32": torch.float32, "bfloat16": torch.bfloat16}
    assert device.dtype == plain.get(weights, choose_device("cpu").dtype)


def test_weights_of_no_format_are_refused():
    with pytest.raises(ValueError, match="int2"):
        choose_device("cpu", "int2")


def test_the_processor_holds_bfloat16_only_where_it_multiplies_it():
    features = torch.cpu.get_capabilities()
    fast = bool(features.get("amx_bf16") or features.get("avx512_bf16"))
    assert choose_device("cpu").dtype == (torch.bfloat16 if fast else torch.float32)


@pytest.mark.parametrize("name", ["cuda:99", "abacus", "meta"])
def test_a_missing_device_is_said_and_not_replaced(name):
    with pytest.raises(DeviceError, match=f'"{name}".*choose .*cpu'):
        choose_device(name)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_is_preferred_and_found_by_name():
    assert choose_device().torch_device.type == "cuda"
    assert choose_device("cuda") == choose_device("cuda:0")
