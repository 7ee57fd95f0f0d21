import pytest
import torch

from engine.device import choose_device
from engine.models.cuda_linear import CudaInt4Linear, CudaInt8Linear
from engine.models.formats import choose_format

pytestmark = pytest.mark.gpu


def error_of(make, rows, shape, dtype=torch.bfloat16):
    """Return how far products are from exact ones, as a share of their deviation."""
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    generator = torch.Generator().manual_seed(rows)
    weight, bias, x = (torch.randn(size, generator=generator) for size in (shape, shape[:1], (rows, shape[1])))
    exact = torch.nn.functional.linear(x, weight, bias)
    found = make(weight.to("cuda", dtype), bias.to("cuda", dtype))(x.to("cuda", dtype))
    assert found.dtype == dtype
    return ((found.float().cpu() - exact).std() / exact.std()).item()


@pytest.mark.parametrize("rows", [1, 5, 40])
@pytest.mark.parametrize("shape", [(256, 128), (70, 90), (1000, 384)])
def test_eight_bits(rows, shape):
    assert error_of(CudaInt8Linear, rows, shape) < 0.03


@pytest.mark.parametrize("rows", [1, 5, 40])
@pytest.mark.parametrize("shape", [(256, 128), (1000, 384)])
def test_four_bits(rows, shape):
    assert error_of(CudaInt4Linear, rows, shape) < 0.15


def test_what_four_bits_cannot_hold_is_known():
    assert not CudaInt4Linear.fits(torch.empty(256, 96))
    assert not CudaInt4Linear.fits(torch.empty(100, 128))


@pytest.mark.parametrize("name", ["int8", "int4"])
def test_formats_are_offered_on_a_gpu(name):
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    assert choose_format(choose_device("cuda", name)).name == name
