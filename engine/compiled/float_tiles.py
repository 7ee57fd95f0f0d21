"""Tiles of a product of floats: some vectors with 32 rows of weights (16 where registers are half as wide).

Weights are read in words of four bytes: one weight of a row, two in bfloat16, four in 8 bits. A word of each row of a
block lies side by side, then the next of each, so that memory is read from one end to the other and sums of different
rows stand in different lanes; a tile's sums stay in registers meanwhile. What one vector's sums are does not
depend on how many others there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import llvmlite.binding as llvm
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

WIDE = bool(llvm.get_host_cpu_features().get("avx512f", False))
_COUNT = 16 if WIDE else 8  # numbers side by side
_SIDES = 2  # registers of weights side by side
BLOCK = _SIDES * _COUNT  # rows of weights in a tile
TALLEST = 12 if WIDE else 5  # vectors of the largest tile whose sums find room in registers
_AHEAD = 4096  # bytes: what is asked for so early has come from memory when it is read
_CHAIN = 128  # words of a row whose products are added up after each other: what rounding loses grows with them
_WHOLES, _FLOATS = ir.VectorType(WHOLE, _COUNT), ir.VectorType(FLOAT, _COUNT)
_FUSED = ("contract",)  # a product and a sum may be rounded once


def _tile_of(height: int) -> Any:
    """Return a function for compiled ones that computes tiles of `height` vectors.

    It takes the parts of a `Matrix`, the number of the block of weights, where the vectors are held (floats, `height`
    side by side, then the next of each) and from which place on, the first vector's number, and where the
    product goes (R, N). Where R ends before the tile, the last vector stands in for those that there are not.
    """

    def tile(
        _context: Any, codes: Any, scales: Any, bias: Any, block: Any, held: Any, start: Any, row: Any, out: Any
    ) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            codes, scales, bias, block, held, start, row, out = opened(context, builder, signature, values)
            begin = builder.mul(block, constant(BLOCK))
            found = _added_up(builder, codes, signature.args[0].dtype, begin, held, start, height)
            rows, count = cgutils.unpack_tuple(builder, out.shape)
            rows = row_numbers(builder, row, height, rows)
            for side in range(_SIDES):
                place = builder.add(begin, constant(side * _COUNT))
                factors, added = (loaded(builder, one.data, place, _FLOATS) for one in (scales, bias))
                inside = first(builder, builder.sub(count, place), _COUNT)
                for own, total in zip(rows, found[side], strict=True):
                    whole = _fused(builder, total, factors, added)
                    store_first(builder, whole, out.data, builder.add(builder.mul(own, count), place), inside)
            return context.get_dummy_value()

        return types.void(codes, scales, bias, block, held, start, row, out), generate

    return intrinsic(tile)


tile_of_12, tile_of_8, tile_of_5, tile_of_3, tile_of_2, tile_of_1 = map(_tile_of, (12, 8, 5, 3, 2, 1))


def _added_up(builder: Any, codes: Any, kind: Any, begin: Any, held: Any, start: Any, height: int) -> list[list[Any]]:
    """Return the sums of products of the weights from row `begin` on with each vector, for each side."""
    width = row_length(builder, codes)
    each = 32 // kind.bitwidth  # weights in a word
    weights = builder.bitcast(codes.data, BYTES)
    weights = builder.gep(weights, [builder.mul(builder.mul(begin, width), constant(4 // each))])
    sums, parts = _zeros(builder, height), _zeros(builder, height)
    count = builder.udiv(width, constant(each))
    with cgutils.for_range_slice(builder, constant(0), count, constant(_CHAIN), PLACE) as (from_word, _):
        after = builder.add(from_word, constant(_CHAIN))
        after = builder.select(builder.icmp_signed("<", after, count), after, count)
        with cgutils.for_range(builder, after, start=from_word, intp=PLACE) as loop:
            place = builder.mul(loop.index, constant(4 * BLOCK))
            read = [_weights_at(builder, weights, place, side, kind) for side in range(_SIDES)]
            for part in range(each):
                k = builder.add(builder.mul(loop.index, constant(each)), constant(part))
                vectors = builder.add(start, builder.mul(k, constant(height)))
                _add_products(builder, [side[part] for side in read], held, vectors, parts)
        for whole, part in zip(chain(*sums), chain(*parts), strict=True):
            builder.store(builder.fadd(builder.load(whole), builder.load(part)), whole)
            builder.store(ir.Constant(_FLOATS, [0.0] * _COUNT), part)
    return [[builder.load(place) for place in side] for side in sums]


def _zeros(builder: Any, height: int) -> list[list[Any]]:
    """Return places of sums that are nothing yet, of each vector on each side."""
    places = [[cgutils.alloca_once(builder, _FLOATS) for _ in range(height)] for _ in range(_SIDES)]
    for place in chain(*places):
        builder.store(ir.Constant(_FLOATS, [0.0] * _COUNT), place)
    return places


def _add_products(builder: Any, weights: Sequence[Any], held: Any, vectors: Any, sums: list[list[Any]]) -> None:
    """Add the products of a weight of each row with that number of each vector, which stand side by side."""
    for number in range(len(sums[0])):
        x = spread(builder, loaded(builder, held.data, builder.add(vectors, constant(number)), FLOAT), _FLOATS)
        for side, weight in zip(sums, weights, strict=True):
            builder.store(_fused(builder, weight, x, builder.load(side[number])), side[number])


def _weights_at(builder: Any, weights: Any, place: Any, side: int, kind: Any) -> Sequence[Any]:
    """Return the weights of a word of each row of a side: the first of all rows, then the next."""
    place = builder.add(place, constant(side * 4 * _COUNT))
    ask_for(builder, weights, builder.add(place, constant(_AHEAD)))
    words = loaded(builder, weights, place, _WHOLES)
    if kind == types.float32:
        return [builder.bitcast(words, _FLOATS)]
    if kind == types.uint16:  # bfloat16: the upper half of a float
        parts = builder.shl(words, _all(16)), builder.and_(words, _all(0xFFFF0000))
        return [builder.bitcast(part, _FLOATS) for part in parts]
    lifted = [builder.shl(words, _all(24 - 8 * byte)) for byte in range(4)]
    return [builder.sitofp(builder.ashr(part, _all(24)), _FLOATS) for part in lifted]


def _fused(builder: Any, a: Any, b: Any, added: Any) -> Any:
    return builder.fadd(builder.fmul(a, b, flags=_FUSED), added, flags=_FUSED)


def _all(number: int) -> Any:
    return ir.Constant(_WHOLES, [number] * _COUNT)
