from typing import Any

import numpy as np
import pytest
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from engine.compiled import library
from tests.engine.compiled.ready import compiled_functions


@pytest.mark.parametrize("way", ["bytes", "pairs", "one by one"])
def test_products_of_4_bits_are_the_same_on_every_processor(way, monkeypatch):
    with compiled_functions():
        library.functions()
        from engine.compiled import building, lanes
        from engine.compiled.arithmetic import function

        there = {"bytes": lanes.AVAILABLE, "pairs": lanes._IN_PAIRS and lanes.WIDTH == 32, "one by one": True}
        if not there[way]:
            pytest.skip("this processor adds up in another way")
        monkeypatch.setattr(lanes, "AVAILABLE", way == "bytes")
        monkeypatch.setattr(lanes, "_IN_PAIRS", way == "pairs")

        def of_nibbles(_context, codes, x, out):
            def generate(context, builder, signature, values):
                codes, x, out = (
                    builder.bitcast(one.data, lanes._VECTOR.as_pointer())
                    for one in building.opened(context, builder, signature, values)
                )
                held, four = builder.load(codes, align=1), builder.load(x, align=1)
                sums = lanes.add_nibbles(builder, lanes._all(1), lanes.low_nibbles(builder, held), four)
                sums = lanes.add_nibbles(builder, sums, lanes.high_nibbles(builder, held), four)
                builder.store(sums, out, align=1)
                return cgutils.get_null_value(context.get_value_type(signature.return_type))

            return types.int64(codes, x, out), generate

        add_up: Any = intrinsic(of_nibbles)  # numba itself gives the first argument

        @function
        def multiply(codes, x, out):
            add_up(codes, x, out)

        generator = np.random.default_rng(1)
        codes = generator.integers(0, 256, (lanes.COUNT, 4), np.uint8)
        x = np.tile(np.array([-128, 127, 3, -1], np.int8), (lanes.COUNT, 1))
        out = np.zeros(lanes.COUNT, np.int32)
        multiply(codes, x, out)
    expected = ((codes & 15).astype(int) + (codes >> 4)) @ x[0].astype(int) + 1
    assert out.tolist() == expected.tolist()
