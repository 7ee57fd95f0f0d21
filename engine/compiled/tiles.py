"""Tiles of a product of bytes: some vectors with 32 rows of weights (16 where registers are half as wide).

A tile's sums stay in registers while it is read along, so that every weight is loaded once for all its vectors, and
every four bytes of a vector once for all the rows. Four weights of each row lie side by side, row after row,
then the next four: sums of different rows stand in different lanes and never have to be added up across.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from engine.compiled.building import (
    BYTES,
    FLOAT,
    PLACE,
    WHOLE,
    ask_for,
    constant,
    first,
    loaded,
    opened,
    row_length,
    row_numbers,
    spread,
    store_first,
)
from engine.compiled.lanes import MULTIPLY_ADD, WIDTH

_COUNT = WIDTH // 4  # numbers side by side
_SIDES = 2  # registers of weights side by side
BLOCK = _SIDES * _COUNT  # rows of weights in a tile
TALLEST = 12 if _COUNT == 16 else 4  # vectors of the largest tile whose sums find room in registers
_WHOLES, _FLOATS = ir.VectorType(WHOLE, _COUNT), ir.VectorType(FLOAT, _COUNT)
_AHEAD = 4096  # bytes: what is asked for so early has come from memory when it is read
_FUSED = ("contract",)  # a product and a sum may be rounded once


def _tile_of(height: int) -> Any:
    """Return a function for compiled ones that computes tiles of `height` vectors.

    It takes the parts of a `Matrix`, the number of the block of weights, vectors of bytes (R, K'), their sizes (R,),
    the first vector's number, and where the product goes (R, N): float32 as `engine.compiled.products` has them.
    Where R ends before the tile, the last vector stands in for those that there are not.
    """

    def tile(
        _context: Any,
        codes: Any,
        scales: Any,
        sums: Any,
        bias: Any,
        block: Any,
        small: Any,
        sizes: Any,
        row: Any,
        out: Any,
    ) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            codes, scales, sums, bias, block, small, sizes, row, out = opened(context, builder, signature, values)
            rows, count = cgutils.unpack_tuple(builder, out.shape)
            rows = row_numbers(builder, row, height, rows)
            start = builder.mul(block, constant(BLOCK))
            found = _added_up(builder, codes, start, small, rows)
            for side in range(_SIDES):
                place = builder.add(start, constant(side * _COUNT))
                factors, added = (loaded(builder, one.data, place, _FLOATS) for one in (scales, bias))
                excess = loaded(builder, sums.data, place, _WHOLES)
                inside = first(builder, builder.sub(count, place), _COUNT)
                for row, total in zip(rows, found[side], strict=True):
                    size = spread(builder, loaded(builder, sizes.data, row, FLOAT), _FLOATS)
                    exact = builder.sitofp(builder.sub(total, excess), _FLOATS)
                    product = builder.fmul(exact, builder.fmul(factors, size), flags=_FUSED)
                    whole = builder.fadd(product, added, flags=_FUSED)
                    store_first(builder, whole, out.data, builder.add(builder.mul(row, count), place), inside)
            return context.get_dummy_value()

        return types.void(codes, scales, sums, bias, block, small, sizes, row, out), generate

    return intrinsic(tile)


tile_of_12, tile_of_8, tile_of_4, tile_of_2, tile_of_1 = map(_tile_of, (12, 8, 4, 2, 1))


def _added_up(builder: Any, codes: Any, start: Any, small: Any, rows: Sequence[Any]) -> list[list[Any]]:
    """Return the sums of products of the weights from row `start` on with the vectors `rows`, for each side."""
    width, step = row_length(builder, codes), row_length(builder, small)
    weights = builder.gep(builder.bitcast(codes.data, BYTES), [builder.mul(start, width)])
    vectors = [builder.gep(builder.bitcast(small.data, BYTES), [builder.mul(row, step)]) for row in rows]
    kind = ir.FunctionType(_WHOLES, [_WHOLES] * 3)
    found = [[cgutils.alloca_once(builder, _WHOLES) for _ in rows] for _ in range(_SIDES)]
    for place in (place for side in found for place in side):
        builder.store(ir.Constant(_WHOLES, [0] * _COUNT), place)
    with cgutils.for_range(builder, builder.lshr(width, constant(2)), intp=PLACE) as loop:
        begin = builder.mul(loop.index, constant(4 * BLOCK))
        places = [builder.add(begin, constant(side * WIDTH)) for side in range(_SIDES)]
        for place in places:
            ask_for(builder, weights, builder.add(place, constant(_AHEAD)))
        read = [loaded(builder, weights, place, _WHOLES) for place in places]
        for number, vector in enumerate(vectors):
            x = spread(builder, loaded(builder, vector, builder.mul(loop.index, constant(4)), WHOLE), _WHOLES)
            for side in range(_SIDES):
                place = found[side][number]
                total = builder.asm(kind, MULTIPLY_ADD, "=v,0,v,v", [builder.load(place), x, read[side]], False)
                builder.store(total, place)
    return [[builder.load(place) for place in side] for side in found]
