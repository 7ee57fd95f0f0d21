import pytest
import torch

from engine.compiled import library
from engine.compiled.arrays import PANEL
from engine.models.compiled_bytes import CompiledBytesLinear
from engine.models.compiled_linear import in_bytes
from tests.engine.compiled.ready import compiled_functions


def random(*shape, seed):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("rows", [1, 3, 12, 23, PANEL - 1, PANEL, PANEL + 1, 2 * PANEL + 13])
def test_every_row_comes_out_alike_in_tiles_of_every_height(rows):
    weight, bias, x = random(100, 70, seed=1), random(100, seed=2), random(rows, 70, seed=3)
    with compiled_functions():
        product = in_bytes(weight, bias)
        assert isinstance(product, CompiledBytesLinear) == bool(library.functions().byte_block)
        found = product(x)
        alone = torch.cat([product(row[None]) for row in x])
    assert torch.equal(found, alone)
    exact = torch.nn.functional.linear(x, weight, bias)
    assert (found - exact).square().mean().sqrt() < 0.02 * exact.square().mean().sqrt()
