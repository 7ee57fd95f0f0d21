import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.compiled_int4 import CompiledInt4Linear
from engine.models.linear import GROUP, quantised_groups
from tests.engine.compiled.ready import compiled_functions

SIZES = st.integers(1, 150)


def random(*shape, seed):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def of(weight, bias=None):
    with compiled_functions():
        return CompiledInt4Linear(weight, bias)


def error_of(found, exact):
    return ((found - exact).square().mean().sqrt() / exact.square().mean().sqrt()).item()


@settings(deadline=None, max_examples=60)
@given(rows=st.integers(1, 40), count=SIZES, width=SIZES, biased=st.booleans(), seed=st.integers(0, 99))
def test_products_of_every_shape_are_right(rows, count, width, biased, seed):
    weight, x = random(count, width, seed=seed), random(rows, width, seed=seed + 100)
    bias = random(count, seed=seed + 200) if biased else None
    found = of(weight, bias)(x)
    exact = torch.nn.functional.linear(x, weight, bias)
    # Half a step of a weight, which is a fifteenth of what its group spans, and half of one of x, a scale for 32 there
    # or, in prompts, for all.
    spans = 2 * weight.abs().amax(dim=1) / 15
    steps = x.abs().amax(dim=1, keepdim=True) / 127
    most = spans * x.abs().sum(dim=1, keepdim=True) + steps * (weight.abs().sum(dim=1) + width * spans)
    assert ((found - exact).abs() <= 0.75 * most + 1e-4).all()


@pytest.mark.parametrize("rows", [1, 2, 4, 7, 32, 33, 80])
def test_little_is_lost_however_many_rows_there_are(rows):
    weight, x = random(96, 320, seed=1), random(rows, 320, seed=2)
    x[0] *= 1000  # each row has scales of its own
    for row, exact in zip(of(weight)(x), x @ weight.t(), strict=True):
        assert error_of(row, exact) < 0.12


def test_a_prompt_is_read_with_the_weights_of_a_step():
    weight, x = random(64, 256, seed=5), random(40, 256, seed=6)
    product = of(weight)
    assert error_of(product(x), torch.cat([product(row[None]) for row in x])) < 0.02


@pytest.mark.parametrize("rows", range(1, 18))
def test_rows_beside_it_change_nothing(rows):
    weight, x = random(64, 96, seed=3), random(rows, 96, seed=4)
    product = of(weight)
    assert torch.equal(product(x), torch.cat([product(row[None]) for row in x]))


def test_large_numbers_of_a_vector_cost_the_others_nothing():
    weight, x = random(48, 128, seed=7), random(1, 128, seed=8)
    x[0, 100] = 300
    weight[:, 96:] = 0  # what is large does not count here, and has a scale of its own
    assert error_of(of(weight)(x)[0, :], (x @ weight.t())[0]) < 0.15


def test_levels_lie_closer_to_the_weights_than_without_moving_them():
    weight = random(64, 256, seed=9)
    codes, scales, middles = quantised_groups(weight)
    plain = ((codes.view(64, -1, GROUP) - 8) * scales[..., None] + middles[..., None]).view_as(weight)
    assert error_of(of(weight)(torch.eye(256)[:32]).t(), weight[:, :32]) < error_of(plain[:, :32], weight[:, :32])


@pytest.mark.parametrize("value", [0.0, 0.25, -3.0])
def test_weights_that_are_all_the_same_stay_so(value):
    found = of(torch.full((20, 64), value))(torch.eye(64)[:3])
    torch.testing.assert_close(found, torch.full((3, 20), value), atol=2e-3, rtol=5e-3)
