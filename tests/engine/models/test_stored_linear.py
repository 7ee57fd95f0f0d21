import pytest
import torch

from engine.models.stored_linear import Stored4Linear, Stored8Linear, stored_in_4_bits

PLACES = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]


def matrices(place, dtype=torch.float32):
    generator = torch.Generator().manual_seed(1)
    shapes = ((160, 96), (160,), (5, 96))
    return [torch.randn(shape, generator=generator).to(place, dtype) for shape in shapes]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("kind", "most"), [(Stored8Linear, 0.02), (Stored4Linear, 0.15)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_products_are_near_those_of_whole_weights(place, kind, most, dtype):
    if place == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    weight, bias, x = matrices(place, dtype)
    exact = torch.nn.functional.linear(x.float(), weight.float(), bias.float())
    found = kind(weight, bias)(x)
    assert found.dtype == dtype
    assert (found.float() - exact).std() < most * exact.std()
    without = kind(weight, None)(x).float()
    assert torch.allclose(without + bias.float(), found.float(), atol=0.1, rtol=0.02)


def test_weights_that_are_levels_come_back_exactly():
    levels = torch.arange(-127, 128).repeat(2, 1)[:, :128].float()
    levels[:, 0] = 127
    x = torch.eye(128)
    assert torch.equal(Stored8Linear(levels, None)(x), levels.T)


@pytest.mark.parametrize(("kind", "most"), [(Stored8Linear, 1.1), (Stored4Linear, 0.8)])
def test_they_take_the_bytes_they_promise(kind, most):
    weight = torch.randn(256, 512, dtype=torch.bfloat16)
    held = [value for value in vars(kind(weight, None)).values() if isinstance(value, torch.Tensor)]
    assert sum(tensor.numel() * tensor.element_size() for tensor in held) < most * weight.numel()


def test_rows_that_are_no_whole_groups_are_held_in_8_bits():
    assert isinstance(stored_in_4_bits(torch.randn(8, 40), None), Stored8Linear)
    assert isinstance(stored_in_4_bits(torch.randn(8, 64), None), Stored4Linear)
