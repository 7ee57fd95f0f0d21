from dataclasses import replace

import pytest
import torch

from engine.device import AUTO, WEIGHTS, Device
from engine.errors import DeviceError
from engine.models import formats
from engine.models.compiled_int4 import CompiledInt4Linear
from engine.models.compiled_layers import Compiled
from engine.models.formats import WeightFormat, choose_format, works
from engine.models.linear import Int4Linear, Int8Linear, PackedLinear, PlainLinear
from engine.models.stored_linear import Stored4Linear, Stored8Linear
from tests.engine.compiled.ready import compiled_functions

CPU = Device(torch.device("cpu"), torch.float32, "CPU")


@pytest.fixture(autouse=True)
def nothing_known():
    formats._format_on_cpu.cache_clear()
    yield
    formats._format_on_cpu.cache_clear()


def product_of(device):
    generator = torch.Generator().manual_seed(1)
    weight, bias, x = (torch.randn(shape, generator=generator) for shape in ((64, 96), (64,), (3, 96)))
    found = choose_format(device)
    exact = torch.nn.functional.linear(x, weight, bias)
    return found, ((found.product(weight, bias)(x.to(found.dtype)).float() - exact).std() / exact.std()).item()


@pytest.mark.parametrize(("name", "least"), list(zip(WEIGHTS, (1e-6, 0.01, 0.02, 0.15), strict=True)))
def test_every_format_multiplies(name, least):
    found, error = product_of(replace(CPU, weights=name))
    assert found.name == name
    assert error < least


def test_without_a_wish_weights_are_held_as_the_device_computes():
    assert choose_format(CPU).name == "float32"
    assert choose_format(replace(CPU, dtype=torch.bfloat16)).name == "bfloat16"


def test_auto_takes_what_is_there(monkeypatch):
    assert choose_format(replace(CPU, weights=AUTO)).name == "int8"
    formats._format_on_cpu.cache_clear()
    monkeypatch.setattr(torch.ops.quantized, "linear_dynamic", lambda x, *_: x)
    assert choose_format(replace(CPU, weights=AUTO)).name == "float32"
    with pytest.raises(DeviceError, match="cannot compute with int8"):
        choose_format(replace(CPU, weights="int8"))


@pytest.mark.parametrize(
    ("name", "own", "other"), [("int8", Compiled, Int8Linear), ("int4", CompiledInt4Linear, Int4Linear)]
)
def test_our_own_functions_are_taken_as_soon_as_they_are_ready(name, own, other):
    small = replace(CPU, weights=name)
    weight = torch.ones(32, 32)
    assert isinstance(choose_format(small).product(weight, None), other)
    with compiled_functions():
        assert isinstance(choose_format(small).product(weight, None), own)
    assert isinstance(choose_format(small).product(weight, None), other)


def test_a_kernel_that_is_missing_is_replaced_by_the_plain_product(monkeypatch):
    def missing(*_):
        raise RuntimeError("no such kernel")

    half = replace(CPU, dtype=torch.bfloat16)
    weight = torch.zeros(8, 8)
    assert isinstance(choose_format(half).product(weight, None), PackedLinear)
    formats._format_on_cpu.cache_clear()
    monkeypatch.setattr(torch.ops.mkldnn, "_linear_pointwise", missing)
    assert isinstance(choose_format(half).product(weight, None), PlainLinear)


def test_sums_that_overflow_are_found_out():
    """Processors without VNNI add products in pairs in 16 bits: large ones lose what is above."""

    def saturating(weight, bias):
        return lambda x: (x @ weight.T).clamp(-600, 600) + bias

    assert works(WeightFormat("exact", torch.float32, PlainLinear), 1e-4)
    assert not works(WeightFormat("saturating", torch.float32, saturating), 0.03)


@pytest.mark.parametrize(("fewest", "most"), [(1, 1), (2, 4), (8, 12), (13, 16), (33, 99)])
def test_a_product_that_is_wrong_for_some_numbers_of_rows_is_found_out(fewest, most):
    def pack(weight, bias):
        return lambda x: (x @ weight.T + bias) * (0.9 if fewest <= len(x) <= most else 1)

    assert not works(WeightFormat("wrong", torch.float32, pack), 0.05)


@pytest.mark.parametrize("name", ["int8", "int4"])
def test_an_accelerator_holds_weights_small_if_asked_to(name):
    accelerator = Device(torch.device("meta"), torch.bfloat16, "an accelerator", name)
    found = choose_format(accelerator)
    assert (found.name, found.dtype) == (name, torch.bfloat16)
    product = found.product(torch.randn(64, 96), None)
    assert isinstance(product, Stored8Linear if name == "int8" else Stored4Linear)
    assert choose_format(replace(accelerator, weights=AUTO)).name == "bfloat16"
