import pytest
import torch

from engine.models.linear import Int4Linear, Int8Linear, PackedLinear, PlainLinear, quantised_groups

N, K = 80, 64


def material(rows):
    generator = torch.Generator().manual_seed(rows)
    return [torch.randn(shape, generator=generator) for shape in ((N, K), (N,), (rows, K))]


def error(found, weight, bias, x):
    """Return the deviation of a product from the exact one, as a share of that one's own deviation."""
    exact = torch.nn.functional.linear(x.double(), weight.double(), bias.double())
    return ((found.double() - exact).std() / exact.std()).item()


@pytest.mark.parametrize("rows", [1, 3, 40])
def test_plain_weights_are_exact(rows):
    weight, bias, x = material(rows)
    assert torch.equal(PlainLinear(weight, bias)(x), torch.nn.functional.linear(x, weight, bias))


@pytest.mark.parametrize("rows", [1, 3, 40])
@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize(("kind", "least"), [(Int8Linear, 0.015), (Int4Linear, 0.1)])
def test_fewer_bits_cost_a_little_precision(kind, least, rows, biased):
    weight, bias, x = material(rows)
    found = kind(weight, bias if biased else None, narrow=False)(x)
    assert found.shape == (rows, N)
    assert error(found, weight, bias if biased else torch.zeros(N), x) < least


@pytest.mark.parametrize("rows", [1, 3, 40])
def test_packed_weights_differ_by_rounding_alone(rows):
    weight, bias, x = (part.to(torch.bfloat16) for part in material(rows))
    found = PackedLinear(weight, bias)(x)
    assert found.dtype == torch.bfloat16
    assert error(found, weight, bias, x) < 0.005


def test_a_large_row_takes_no_precision_from_the_others():
    weight, bias, x = material(6)
    product = Int8Linear(weight, bias, narrow=False)
    x[2] *= 1000
    found = product(x)
    others = [0, 1, 3, 4, 5]
    assert error(found[others], weight, bias, x[others]) < 0.015
    assert product(torch.zeros(4, K)).sub(bias).abs().max() < 1e-6


def test_a_bit_left_unused_costs_a_little_more():
    weight, bias, x = material(20)
    errors = [error(Int8Linear(weight, bias, narrow=narrow)(x), weight, bias, x) for narrow in (False, True)]
    assert errors[0] < errors[1] < 0.03


def test_16_levels_lie_where_the_weights_are():
    weight, _, _ = material(1)
    codes, scales, middles = quantised_groups(weight)
    assert codes.min() >= 0
    assert codes.max() <= 15
    parts = (codes.view(N, -1, 32) - 8) * scales[..., None] + middles[..., None]
    plain_step = (weight.view(N, -1, 32).amax(dim=2) - weight.view(N, -1, 32).amin(dim=2)) / 15
    squared = (parts - weight.view(N, -1, 32)).square().mean(dim=2)
    assert (squared.mean() < (plain_step**2 / 12).mean()).item()  # the error of levels over the whole range
    constant, scale, middle = quantised_groups(torch.full((1, 32), 0.25))
    torch.testing.assert_close((constant - 8) * scale + middle, torch.full((1, 32), 0.25))


@pytest.mark.parametrize(("shape", "fits"), [((80, 64), True), ((70, 64), False), ((80, 48), False)])
def test_4_bits_are_for_shapes_that_the_kernel_takes(shape, fits):
    assert Int4Linear.fits(torch.zeros(shape)) == fits
