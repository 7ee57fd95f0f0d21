import numpy as np
import pytest
from llvmlite import ir

from engine.compiled import library
from engine.compiled.arrays import GROUP, MIDDLES, PAIR, ROWS, SCALES
from tests.engine.compiled.ready import compiled_functions

BLOCKS, PAIRS, COUNT = 2, 3, 27  # blocks of 16 rows, pairs of groups, and rows, which end within a block
WIDTH = 2 * GROUP * PAIRS


def weights_of(codes):
    """Return the weights (N', K'), in units of their rows, that blocks of pairs (blocks, pairs, 576) hold."""
    halves = codes[..., :SCALES].reshape(BLOCKS, PAIRS, 2, GROUP // 8, ROWS, 4)
    levels = np.stack((halves & 15, halves >> 4), axis=5).astype(np.float64)  # each row's 4 weights, then 4 more
    scales = codes[..., SCALES:MIDDLES].reshape(BLOCKS, PAIRS, 2, 1, ROWS, 1, 1)
    middles = codes[..., MIDDLES:].view(np.int8).reshape(scales.shape).astype(np.float64)
    found = scales * (levels - 8) + 8 * middles
    return found.transpose(0, 4, 1, 2, 3, 5, 6).reshape(BLOCKS * ROWS, WIDTH)


@pytest.mark.parametrize("count", [16, 8])
def test_tiles_of_registers_of_either_width_are_products(count, monkeypatch):
    with compiled_functions():
        library.functions()
        from engine.compiled import lanes, nibble_tiles
        from engine.compiled.arithmetic import function

        whole, number = ir.VectorType(ir.IntType(32), count), ir.VectorType(ir.FloatType(), count)
        if count != lanes.COUNT:  # without instructions that are made for another width
            monkeypatch.setattr(lanes, "AVAILABLE", False)
            monkeypatch.setattr(lanes, "_IN_PAIRS", False)
        monkeypatch.setattr(lanes, "COUNT", count)
        monkeypatch.setattr(lanes, "_VECTOR", whole)
        for name, value in {
            "COUNT": count,
            "_WHOLES": whole,
            "_FLOATS": number,
            "_SMALL": ir.VectorType(ir.IntType(8), count),
        }.items():
            monkeypatch.setattr(nibble_tiles, name, value)

        @function
        def multiply(codes, units, bias, small, sizes, starts, shares, out):
            for block in range(BLOCKS):
                nibble_tiles.tile_of_3(codes, units, bias, block, small, sizes, starts, shares, 1, out)

        generator = np.random.default_rng(1)
        codes = generator.integers(0, 256, (BLOCKS, PAIRS, PAIR), np.uint8)
        units, bias = generator.random((2, BLOCKS * ROWS), np.float32)
        small = generator.integers(-127, 128, (3, WIDTH)).astype(np.int8)
        sizes = generator.random((3, 2 * PAIRS), np.float32)
        eights = 8 * small.reshape(3, 2 * PAIRS, GROUP).sum(axis=2, dtype=np.int32)
        out = np.full((3, COUNT), 7, np.float32)
        held = codes.reshape(BLOCKS * ROWS, -1)
        multiply(held, units, bias, small.view(np.uint8), sizes, -eights, sizes * eights.astype(np.float32), out)
    exact = (small * np.repeat(sizes, GROUP, axis=1).astype(np.float64)) @ weights_of(codes).T * units + bias
    assert (out[0] == 7).all()  # the tile begins with the second vector, and its third is not there
    np.testing.assert_allclose(out[1:], exact[1:, :COUNT], rtol=1e-4, atol=1.0)
