import numpy as np
import pytest

from engine.compiled import library
from tests.engine.compiled.ready import compiled_functions


@pytest.mark.parametrize("way", ["bytes", "pairs", "one by one"])
def test_products_of_4_bits_are_the_same_on_every_processor(way, monkeypatch):
    with compiled_functions():
        library.functions()
        from engine.compiled import lanes
        from engine.compiled.arithmetic import function
        from engine.compiled.float_lanes import COUNT, as_floats, no_floats, store_floats

        there = {"bytes": lanes.AVAILABLE, "pairs": lanes._IN_PAIRS and lanes.WIDTH == 32, "one by one": True}
        if not there[way]:
            pytest.skip("this processor adds up in another way")
        monkeypatch.setattr(lanes, "AVAILABLE", way == "bytes")
        monkeypatch.setattr(lanes, "_IN_PAIRS", way == "pairs")

        @function
        def multiply(codes, x, out):
            held, four = lanes.load_lanes(codes, 0), lanes.spread_bytes(x, 0)
            sums = lanes.add_nibbles(lanes.no_lanes(), lanes.low_nibbles(held), four)
            store_floats(out, 0, as_floats(lanes.add_nibbles(sums, lanes.high_nibbles(held), four)))
            store_floats(out, COUNT, no_floats())

        generator = np.random.default_rng(1)
        codes = generator.integers(0, 256, (COUNT, 4), np.uint8)
        x, out = np.array([-128, 127, 3, -1], np.int8), np.ones(2 * COUNT, np.float32)
        multiply(codes, x.view(np.uint8), out)
    expected = ((codes & 15).astype(int) + (codes >> 4)) @ x.astype(int)
    assert out.tolist() == [*expected, *[0] * COUNT]
