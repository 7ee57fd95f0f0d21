from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compiled import library
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


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("multiplied", [True, False])
@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("rows", [4, 33, 70])
def test_many_rows_are_multiplied_by_whoever_is_faster(kind, multiplied, wide, rows, monkeypatch):
    monkeypatch.setattr(compiled_linear, "multiplies_bfloat16", lambda: multiplied)
    monkeypatch.setattr(compiled_linear, "_UNPACKED", 32 * 96)  # so that there are several parts
    weight, x, bias = (random(*shape, seed=5).to(kind) for shape in ((150, 96), (rows, 96), (150,)))
    with compiled_functions():
        functions = replace(library.functions(), wide=wide)
        monkeypatch.setattr(library, "functions", lambda: functions)
        found = in_floats(weight, bias)(x)
    assert found.dtype == kind
    exact = torch.nn.functional.linear(x.float(), weight.float(), bias.float())
    atol, rtol = (1e-4, 1e-4) if kind == torch.float32 else (0.1, 0.01)
    torch.testing.assert_close(found.float(), exact, atol=atol, rtol=rtol)


@pytest.mark.parametrize("width", [64, 1001, 4864])
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_sums_lose_next_to_nothing_and_are_the_same_beside_other_rows(kind, width):
    weight, x = random(67, width, seed=11).to(kind), random(13, width, seed=12)
    with compiled_functions():
        product = in_floats(weight, None)
        alone = torch.cat([product(row[None]) for row in x])
        for rows in range(1, 14):
            assert torch.equal(product(x[:rows]), alone[:rows])
    exact = x.double() @ weight.double().t()
    assert error_of(alone.double(), exact) < 6e-7


@pytest.mark.parametrize("rows", range(1, 26))
def test_rows_beside_it_change_nothing(rows):
    weight, x = random(64, 96, seed=3), random(rows, 96, seed=4)
    with compiled_functions():
        product = in_bytes(weight, None)
        assert torch.equal(product(x), torch.cat([product(row[None]) for row in x]))
