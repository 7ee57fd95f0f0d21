import numpy as np
import pytest
from llvmlite import ir

from engine.compiled import library
from tests.engine.compiled.ready import compiled_functions

HEIGHT, COUNT, WIDTH = 3, 43, 600  # vectors, rows of weights, which end within a block, and their length


def kinds():
    """Return weights as they are held and as numbers, of each kind."""
    generator = np.random.default_rng(1)
    floats = generator.standard_normal((48, WIDTH)).astype(np.float32)
    halves = (floats.view(np.uint32) >> 16).astype(np.uint16)
    codes = generator.integers(-127, 128, (48, WIDTH)).astype(np.int8)
    return {
        "float32": (floats, floats),
        "bfloat16": (halves, (halves.astype(np.uint32) << 16).view(np.float32)),
        "int8": (codes, codes.astype(np.float32)),
    }


@pytest.mark.parametrize("kind", ["float32", "bfloat16", "int8"])
@pytest.mark.parametrize("lanes", [16, 8])
def test_tiles_of_registers_of_either_width_are_products(kind, lanes, monkeypatch):
    with compiled_functions():
        library.functions()
        from engine.compiled import float_tiles
        from engine.compiled.arithmetic import function

        block = 2 * lanes
        monkeypatch.setattr(float_tiles, "_COUNT", lanes)
        monkeypatch.setattr(float_tiles, "BLOCK", block)
        monkeypatch.setattr(float_tiles, "_WHOLES", ir.VectorType(ir.IntType(32), lanes))
        monkeypatch.setattr(float_tiles, "_FLOATS", ir.VectorType(ir.FloatType(), lanes))

        @function
        def multiply(codes, scales, bias, held, out):
            for number in range(codes.shape[0] // block):
                float_tiles.tile_of_3(codes, scales, bias, number, held, WIDTH, 1, out)

        weights, exact = (np.concatenate((one, one[: -48 % block])) for one in kinds()[kind])
        each = 4 // weights.itemsize
        packed = weights.reshape(-1, block, WIDTH // each, each).transpose(0, 2, 1, 3).reshape(weights.shape)
        generator = np.random.default_rng(2)
        scales, bias = generator.random((2, len(weights)), np.float32)
        x, out = generator.random((HEIGHT, WIDTH), np.float32), np.full((3, COUNT), 7, np.float32)
        held = np.concatenate((np.zeros(WIDTH, np.float32), x.T.reshape(-1)))  # from place `WIDTH` on
        multiply(np.ascontiguousarray(packed), scales, bias, held, out)
    expected = ((x.astype(np.float64) @ exact.T) * scales + bias)[:, :COUNT]
    assert (out[0] == 7).all()  # the tile begins with the second row, and its third vector is not there
    np.testing.assert_allclose(out[1], expected[0], rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(out[2], expected[2], rtol=1e-4, atol=1e-3)
