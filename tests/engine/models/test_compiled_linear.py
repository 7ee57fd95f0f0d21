import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models import compiled_linear
from engine.models.compiled_linear import in_bytes, in_floats
from tests.engine.compiled.ready import compiled_functions

SIZES = st.integers(1, 150)


def random(*shape, seed):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def error_of(found, exact):
    return ((found.float() - exact).square().mean().sqrt() / exact.square().mean().sqrt()).item()


@settings(deadline=None, max_examples=60)
@given(rows=st.integers(1, 20), count=SIZES, width=SIZES, biased=st.booleans(), seed=st.integers(0, 99))
def test_products_of_every_shape_are_right(rows, count, width, biased, seed):
    weight, x = random(count, width, seed=seed), random(rows, width, seed=seed + 100)
    bias = random(count, seed=seed + 200) if biased else None
    exact = torch.nn.functional.linear(x, weight, bias)
    with compiled_functions():
        floats = in_floats(weight, bias)(x)
        halves = in_floats(weight.bfloat16(), None if bias is None else bias.bfloat16())(x.bfloat16())
        whole = in_bytes(weight, bias)(x)
    torch.testing.assert_close(floats, exact, atol=1e-4, rtol=1e-4)
    assert halves.dtype == torch.bfloat16
    scale = torch.nn.functional.linear(x.abs(), weight.abs())  # what the parts of a sum amount to
    assert ((halves.float() - exact).abs() <= 0.02 * scale + 0.05).all()
    steps = x.abs().amax(dim=1, keepdim=True) / 127, weight.abs().amax(dim=1) / 127
    most = 0.51 * (steps[0] * weight.abs().sum(dim=1) + steps[1] * x.abs().sum(dim=1, keepdim=True))
    assert ((whole - exact).abs() <= most + width * steps[0] * steps[1] + 1e-4).all()  # half a step of each factor


@pytest.mark.parametrize("rows", [1, 2, 5, 16, 17, 40])
def test_bytes_lose_little_however_many_rows_there_are(rows):
    weight, x = random(96, 160, seed=1), random(rows, 160, seed=2)
    x[0] *= 1000  # each row has a scale of its own
    with compiled_functions():
        found = in_bytes(weight, None)(x)
    for row, exact in zip(found, x @ weight.t(), strict=True):
        assert error_of(row, exact) < 0.02


@pytest.mark.parametrize("multiplied", [True, False])
@pytest.mark.parametrize("rows", [4, 5, 33, 70])
def test_bfloat16_is_widened_where_the_processor_does_not_multiply_it(multiplied, rows, monkeypatch):
    monkeypatch.setattr(compiled_linear, "multiplies_bfloat16", lambda: multiplied)
    monkeypatch.setattr(compiled_linear, "_WIDENED", 16 * 96)  # so that there are several parts
    weight, x, bias = random(50, 96, seed=5).bfloat16(), random(rows, 96, seed=6).bfloat16(), random(50, seed=7)
    with compiled_functions():
        found = in_floats(weight, bias.bfloat16())(x)
    assert found.dtype == torch.bfloat16
    exact = torch.nn.functional.linear(x.float(), weight.float(), bias.bfloat16().float())
    torch.testing.assert_close(found.float(), exact, atol=0.1, rtol=0.01)


def test_rows_beside_it_change_nothing():
    weight, x = random(64, 96, seed=3), random(5, 96, seed=4)
    with compiled_functions():
        product = in_bytes(weight, None)
        assert torch.equal(product(x), torch.cat([product(row[None]) for row in x]))
