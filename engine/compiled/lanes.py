"""Sums of four products of bytes each, sixteen or eight side by side in one instruction (Intel's VNNI).

Products of 4 bits with bytes are summed up so by older processors as well, in three instructions. numba has no
vectors of its own, and its compiler does not find these instructions by itself. The bytes of one side are unsigned,
those of the other signed.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir

from engine.compiled.building import WHOLE

_FEATURES = llvm.get_host_cpu_features()
_WIDE = bool(_FEATURES.get("avx512vnni", False))
AVAILABLE = _WIDE or bool(_FEATURES.get("avxvnni", False))  # on this processor
_IN_PAIRS = bool(_FEATURES.get("avx2", False))  # adds up two products of bytes, so far as they fit into 16 bits
WIDTH = 64 if _WIDE else 32  # bytes that are taken from each side
COUNT = WIDTH // 4  # sums side by side
MULTIPLY_ADD = "vpdpbusd $3, $2, $0" if _WIDE else "{vex} vpdpbusd $3, $2, $0"

_VECTOR = ir.VectorType(WHOLE, COUNT)

llvm.initialize_native_asmparser()


def add_nibbles(builder: Any, sums: Any, nibbles: Any, signed: Any) -> Any:
    """Return `sums`, to each of which four products of 0..15 and a signed byte are added."""
    if AVAILABLE:
        kind = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
        return builder.asm(kind, MULTIPLY_ADD, "=v,0,v,v", [sums, nibbles, signed], False)
    return builder.add(sums, (_paired if _IN_PAIRS else _one_by_one)(builder, nibbles, signed))


def low_nibbles(builder: Any, lanes: Any) -> Any:
    """Return the lower halves of bytes."""
    return builder.and_(lanes, _all(0x0F0F0F0F))


def high_nibbles(builder: Any, lanes: Any) -> Any:
    """Return the upper halves of bytes."""
    return builder.and_(builder.lshr(lanes, _all(4)), _all(0x0F0F0F0F))


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


def _all(number: int) -> Any:
    return ir.Constant(_VECTOR, [number] * COUNT)
