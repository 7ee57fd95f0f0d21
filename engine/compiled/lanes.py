"""Sums of four products of bytes each, sixteen or eight side by side in one instruction (Intel's VNNI).

Products of 4 bits with bytes are summed up so by older processors as well, in three instructions. numba has no
vectors of its own, and its compiler does not find these instructions by itself. `Lanes` is a value of 32-bit sums, for
compiled functions; the bytes of one side are unsigned, those of the other signed.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, register_model

from engine.compiled.building import place_in, spread

_FEATURES = llvm.get_host_cpu_features()
_WIDE = bool(_FEATURES.get("avx512vnni", False))
AVAILABLE = _WIDE or bool(_FEATURES.get("avxvnni", False))  # on this processor
_IN_PAIRS = bool(_FEATURES.get("avx2", False))  # adds up two products of bytes, so far as they fit into 16 bits
WIDTH = 64 if _WIDE else 32  # bytes that `add_nibbles` takes from each side
MULTIPLY_ADD = "vpdpbusd $3, $2, $0" if _WIDE else "{vex} vpdpbusd $3, $2, $0"

_LANES_COUNT = WIDTH // 4
_BYTE, _WHOLE = ir.IntType(8), ir.IntType(32)
_VECTOR = ir.VectorType(_WHOLE, _LANES_COUNT)

llvm.initialize_native_asmparser()


class LanesType(types.Type):
    """The type of 32-bit sums."""

    def __init__(self) -> None:
        super().__init__(name="Lanes")


@register_model(LanesType)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: LanesType) -> None:
        super().__init__(manager, kind, _VECTOR)


_LANES = LanesType()


def _no_lanes(_context: Any) -> Any:
    """Return sums of nothing."""

    def generate(_context: Any, _builder: Any, _signature: Any, _values: Any) -> Any:
        return _all(0)

    return _LANES(), generate


def _load_lanes(_context: Any, array: Any, index: Any) -> Any:
    """Return the `WIDTH` bytes of a contiguous `array` of bytes from the flat `index` on."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = place_in(context, builder, signature, values, _BYTE)
        return builder.load(builder.bitcast(place, _VECTOR.as_pointer()), align=1)

    return _LANES(array, index), generate


def _add_nibbles(_context: Any, sums: Any, nibbles: Any, signed: Any) -> Any:
    """Return `sums`, to each of which four products of 0..15 and a signed byte are added."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        if AVAILABLE:
            kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
            return builder.asm(kind, MULTIPLY_ADD, "=v,0,v,v", list(values), False)
        return builder.add(values[0], (_paired if _IN_PAIRS else _one_by_one)(builder, *values[1:]))

    return _LANES(sums, nibbles, signed), generate


def _paired(builder: Any, nibbles: Any, signed: Any) -> Any:
    kind = ir.FunctionType(_VECTOR, [_VECTOR] * 2)
    pairs = builder.asm(kind, "vpmaddubsw $2, $1, $0", "=x,x,x", [nibbles, signed], False)
    return builder.asm(kind, "vpmaddwd $2, $1, $0", "=x,x,x", [pairs, _all(0x00010001)], False)


def _one_by_one(builder: Any, nibbles: Any, signed: Any) -> Any:
    found = _all(0)
    for byte in range(4):
        code = builder.and_(builder.lshr(nibbles, _all(8 * byte)), _all(0xFF))
        number = builder.ashr(builder.shl(signed, _all(24 - 8 * byte)), _all(24))
        found = builder.add(found, builder.mul(code, number))
    return found


def _low_nibbles(_context: Any, lanes: Any) -> Any:
    """Return the lower halves of bytes."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.and_(values[0], _all(0x0F0F0F0F))

    return _LANES(lanes), generate


def _high_nibbles(_context: Any, lanes: Any) -> Any:
    """Return the upper halves of bytes."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.and_(builder.lshr(values[0], _all(4)), _all(0x0F0F0F0F))

    return _LANES(lanes), generate


def _spread_bytes(_context: Any, array: Any, index: Any) -> Any:
    """Return the 4 bytes of a contiguous `array` of bytes from the flat `index` on, over and over."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = place_in(context, builder, signature, values, _BYTE)
        four = builder.load(builder.bitcast(place, _WHOLE.as_pointer()), align=1)
        return spread(builder, four, _VECTOR)

    return _LANES(array, index), generate


# With plain types, since numba itself gives the first argument.
no_lanes: Any = intrinsic(_no_lanes)
load_lanes: Any = intrinsic(_load_lanes)
add_nibbles: Any = intrinsic(_add_nibbles)
low_nibbles: Any = intrinsic(_low_nibbles)
high_nibbles: Any = intrinsic(_high_nibbles)
spread_bytes: Any = intrinsic(_spread_bytes)


def _all(number: int) -> Any:
    return ir.Constant(_VECTOR, [number] * _LANES_COUNT)
