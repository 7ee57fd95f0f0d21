import pytest
import torch

from engine.device import choose_device, dtype_name, list_devices
from engine.errors import DeviceError


def test_the_best_device_is_the_default_and_the_processor_the_last():
    devices = list_devices()
    assert choose_device() == devices[0]
    assert devices[-1].torch_device == torch.device("cpu")
    assert choose_device("cpu") == devices[-1]


def test_a_device_says_what_it_is():
    for device in list_devices():
        assert dtype_name(device.dtype) in device.description


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
