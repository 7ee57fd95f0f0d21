"""Pieces of code, in LLVM's own language, of which our functions with registers of several numbers are built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

WHOLE, PLACE, FLOAT = ir.IntType(32), ir.IntType(64), ir.FloatType()
BYTES = ir.IntType(8).as_pointer()
_TRUTH = ir.IntType(1)


def opened(context: Any, builder: Any, signature: Any, values: Sequence[Any]) -> list[Any]:
    """Return the arguments of a function, arrays as structures whose parts have names."""
    return [
        cgutils.create_struct_proxy(kind)(context, builder, value) if isinstance(kind, types.Array) else value
        for kind, value in zip(signature.args, values, strict=True)
    ]


def row_length(builder: Any, array: Any) -> Any:
    """Return how many columns `array` has."""
    return cgutils.unpack_tuple(builder, array.shape)[1]


def loaded(builder: Any, data: Any, place: Any, kind: Any) -> Any:
    """Return the number or numbers of `kind` from element `place` of what lies at `data` on."""
    return builder.load(builder.bitcast(builder.gep(data, [place]), kind.as_pointer()), align=1)


def ask_for(builder: Any, data: Any, place: Any) -> None:
    """Let memory bring what lies at element `place` from `data` on, which may be past its end, to the second cache."""
    function = ir.FunctionType(ir.VoidType(), [BYTES, WHOLE, WHOLE, WHOLE])
    call = cgutils.get_or_insert_function(builder.module, function, "llvm.prefetch.p0")
    reading, near, numbers = (ir.Constant(WHOLE, value) for value in (0, 2, 1))
    builder.call(call, [builder.gep(data, [place]), reading, near, numbers])


def row_numbers(builder: Any, row: Any, height: int, count: Any) -> list[Any]:
    """Return the numbers of `height` rows from `row` on; the last of `count` stands in for those that there are not."""
    last = builder.sub(count, constant(1))
    rows = [builder.add(row, constant(number)) for number in range(height)]
    return [builder.select(builder.icmp_signed("<", one, last), one, last) for one in rows]


def spread(builder: Any, number: Any, kind: Any) -> Any:
    """Return `number` as often as `kind` has room for."""
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), number, ir.Constant(WHOLE, 0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(WHOLE, kind.count), [0] * kind.count))


def first(builder: Any, left: Any, count: int) -> Any:
    """Return which of `count` numbers are the first `left`, all where `left` is more."""
    kind = ir.VectorType(WHOLE, count)
    return builder.icmp_signed(
        "<", ir.Constant(kind, list(range(count))), spread(builder, builder.trunc(left, WHOLE), kind)
    )


def store_first(builder: Any, numbers: Any, data: Any, place: Any, wanted: Any) -> None:
    """Write the `wanted` ones of `numbers`, float32, to element `place` of what lies at `data`, and those after it."""
    pointer = numbers.type.as_pointer()
    function = ir.FunctionType(ir.VoidType(), [numbers.type, pointer, WHOLE, ir.VectorType(_TRUTH, numbers.type.count)])
    store = cgutils.get_or_insert_function(builder.module, function, f"llvm.masked.store.v{numbers.type.count}f32.p0")
    builder.call(store, [numbers, builder.bitcast(builder.gep(data, [place]), pointer), ir.Constant(WHOLE, 4), wanted])


def constant(place: int) -> Any:
    """Return a place as a number of the code."""
    return ir.Constant(PLACE, place)
