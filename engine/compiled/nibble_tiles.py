"""Tiles of a product with weights in 4 bits: some vectors with 16 rows of weights, laid out as `nibbles` says.

A tile's sums stay in registers while its weights are read once. What one vector's sums are does not depend on how many
others there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from engine.compiled.arrays import GROUP, MIDDLES, PAIR, ROWS, SCALES
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
from engine.compiled.lanes import COUNT, add_nibbles, high_nibbles, low_nibbles

TALLEST = 8  # vectors of the largest tile
_STEP = 4 * ROWS  # bytes that hold four codes of each row, and four more
_AHEAD = 4096  # bytes: what is asked for so early has come from memory when it is read
_WHOLES, _FLOATS = ir.VectorType(WHOLE, COUNT), ir.VectorType(FLOAT, COUNT)
_SMALL = ir.VectorType(ir.IntType(8), COUNT)
_FUSED = ("contract",)  # a product and a sum may be rounded once


def _tile_of(height: int) -> Any:
    """Return a function for compiled ones that computes tiles of `height` vectors.

    It takes codes, scales and bias of a `Matrix`, the number of the block of weights, vectors of signed bytes (R, K'),
    of each of their groups (R, groups) the size of one, what its sums begin with, int32, namely -8 times the sum of
    the bytes, and what 8 times that sum comes to; the first vector's number, and where the product goes (R, N).
    Where R ends before the tile, the last vector stands in for those that there are not.
    """

    def tile(
        _context: Any,
        codes: Any,
        scales: Any,
        bias: Any,
        block: Any,
        small: Any,
        sizes: Any,
        starts: Any,
        shares: Any,
        row: Any,
        out: Any,
    ) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            codes, scales, bias, block, *vectors, row, out = opened(context, builder, signature, values)
            count, width = cgutils.unpack_tuple(builder, out.shape)
            rows = row_numbers(builder, row, height, count)
            length = builder.mul(row_length(builder, codes), constant(ROWS))
            weights = builder.gep(builder.bitcast(codes.data, BYTES), [builder.mul(block, length)])
            for side in range(0, ROWS, COUNT):
                place = builder.add(builder.mul(block, constant(ROWS)), constant(side))
                factors, added = (loaded(builder, one.data, place, _FLOATS) for one in (scales, bias))
                inside = first(builder, builder.sub(width, place), COUNT)
                pairs = builder.udiv(length, constant(PAIR))
                for own, total in zip(rows, _added_up(builder, weights, pairs, side, vectors, rows), strict=True):
                    whole = _fused(builder, total, factors, added)
                    store_first(builder, whole, out.data, builder.add(builder.mul(own, width), place), inside)
            return context.get_dummy_value()

        return types.void(codes, scales, bias, block, small, sizes, starts, shares, row, out), generate

    return intrinsic(tile)


tile_of_8, tile_of_5, tile_of_3, tile_of_2, tile_of_1 = map(_tile_of, (8, 5, 3, 2, 1))


def _added_up(
    builder: Any, weights: Any, pairs: Any, side: int, vectors: Sequence[Any], rows: Sequence[Any]
) -> list[Any]:
    """Return the sums of products of the rows of weights from number `side` on with each vector."""
    small, sizes, starts, shares = vectors
    totals = [cgutils.alloca_once(builder, _FLOATS) for _ in rows]
    for total in totals:
        builder.store(ir.Constant(_FLOATS, [0.0] * COUNT), total)
    with cgutils.for_range(builder, pairs, intp=PLACE) as loop:
        for half in range(2):
            place = builder.mul(loop.index, constant(PAIR))
            group = builder.add(builder.mul(loop.index, constant(2)), constant(half))
            ours = [builder.add(builder.mul(row, row_length(builder, sizes)), group) for row in rows]
            begun = [spread(builder, loaded(builder, starts.data, one, WHOLE), _WHOLES) for one in ours]
            at = builder.add(place, constant(half * 4 * _STEP + 4 * side))
            sums = _group(builder, weights, at, small, rows, group, begun)
            numbers = [builder.add(place, constant(one + half * ROWS + side)) for one in (SCALES, MIDDLES)]
            scale = builder.uitofp(loaded(builder, weights, numbers[0], _SMALL), _FLOATS)
            middle = builder.sitofp(loaded(builder, weights, numbers[1], _SMALL), _FLOATS)
            for one, total, found in zip(ours, totals, sums, strict=True):
                size, share = (spread(builder, loaded(builder, a.data, one, FLOAT), _FLOATS) for a in (sizes, shares))
                centred = builder.fmul(builder.sitofp(found, _FLOATS), scale, flags=_FUSED)
                partly = _fused(builder, centred, size, builder.load(total))
                builder.store(_fused(builder, middle, share, partly), total)
    return [builder.load(total) for total in totals]


def _group(
    builder: Any, weights: Any, at: Any, small: Any, rows: Sequence[Any], group: Any, sums: list[Any]
) -> list[Any]:
    """Return `sums` and the products of a group's codes, which lie from place `at` on, with each vector's bytes."""
    begin = builder.bitcast(small.data, BYTES)
    width, first_byte = row_length(builder, small), builder.mul(group, constant(GROUP))
    places = [builder.add(builder.mul(row, width), first_byte) for row in rows]
    for step in range(4):
        place = builder.add(at, constant(step * _STEP))
        ask_for(builder, weights, builder.add(place, constant(_AHEAD)))
        held = loaded(builder, weights, place, _WHOLES)
        low, high = low_nibbles(builder, held), high_nibbles(builder, held)
        for number, own in enumerate(places):
            for codes, byte in ((low, 8 * step), (high, 8 * step + 4)):
                four = spread(builder, loaded(builder, begin, builder.add(own, constant(byte)), WHOLE), _WHOLES)
                sums[number] = add_nibbles(builder, sums[number], codes, four)
    return sums


def _fused(builder: Any, a: Any, b: Any, added: Any) -> Any:
    return builder.fadd(builder.fmul(a, b, flags=_FUSED), added, flags=_FUSED)
