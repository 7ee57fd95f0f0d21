import pytest
import torch

from engine.device import Device
from engine.models.linear import PackedLinear, PlainLinear, choose_packer


def device(dtype):
    return Device(torch.device("cpu"), dtype, "CPU")


def material(rows, dtype=torch.float32):
    generator = torch.Generator().manual_seed(rows)
    shapes = ((70, 48), (70,), (rows, 48))
    return [torch.randn(shape, generator=generator).to(dtype) for shape in shapes]


@pytest.mark.parametrize("rows", [1, 3, 40])
@pytest.mark.parametrize("biased", [True, False])
def test_float32_is_exact(rows, biased):
    weight, bias, x = material(rows)
    product = choose_packer(device(torch.float32))(weight, bias if biased else None)
    assert torch.equal(product(x), torch.nn.functional.linear(x, weight, bias if biased else None))


@pytest.mark.parametrize("rows", [1, 3, 40])
@pytest.mark.parametrize("biased", [True, False])
def test_bfloat16_differs_by_rounding_alone(rows, biased):
    weight, bias, x = material(rows, torch.bfloat16)
    product = choose_packer(device(torch.bfloat16))(weight, bias if biased else None)
    found = product(x)
    exact = torch.nn.functional.linear(x.double(), weight.double(), bias.double() if biased else None)
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.double(), exact, atol=0.05, rtol=0.01)


def test_a_kernel_that_is_missing_or_wrong_is_not_used(monkeypatch):
    for broken in (lambda *_: (_ for _ in ()).throw(RuntimeError("no such kernel")), lambda x, w, b, *_: x @ x.T):
        monkeypatch.setattr(torch.ops.mkldnn, "_linear_pointwise", broken)
        weight, bias, x = material(3, torch.bfloat16)
        product = choose_packer(device(torch.bfloat16))(weight, bias)
        assert isinstance(product, PlainLinear)
        assert not isinstance(product, PackedLinear)
        assert product(x).shape == (3, 70)
