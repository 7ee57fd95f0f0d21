"""Floats side by side, as many as there are sums in `Lanes`, for what is done to those sums.

numba has no vectors of its own. `FloatLanes` is a value of `COUNT` float32, for compiled functions.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, register_model

from engine.compiled.building import place_in, spread
from engine.compiled.lanes import WIDTH

COUNT = WIDTH // 4

_BYTE, _FLOAT = ir.IntType(8), ir.FloatType()
_BYTES, _FLOATS = ir.VectorType(_BYTE, COUNT), ir.VectorType(_FLOAT, COUNT)
_FAST = ("contract", "nsz", "nnan", "reassoc")


class FloatLanesType(types.Type):
    """The type of floats side by side."""

    def __init__(self) -> None:
        super().__init__(name="FloatLanes")


@register_model(FloatLanesType)
class _FloatLanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: FloatLanesType) -> None:
        super().__init__(manager, kind, _FLOATS)


_LANES = FloatLanesType()


def _no_floats(_context: Any) -> Any:
    """Return zeros."""

    def generate(_context: Any, _builder: Any, _signature: Any, _values: Any) -> Any:
        return ir.Constant(_FLOATS, [0.0] * COUNT)

    return _LANES(), generate


def _load_floats(_context: Any, array: Any, index: Any) -> Any:
    """Return the numbers of a contiguous float32 `array` from the flat `index` on."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = place_in(context, builder, signature, values, _FLOAT)
        return builder.load(builder.bitcast(place, _FLOATS.as_pointer()), align=4)

    return _LANES(array, index), generate


def _load_unsigned(_context: Any, array: Any, index: Any) -> Any:
    """Return the bytes of a contiguous `array` from the flat `index` on, taken as 0..255."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.uitofp(_load_bytes(context, builder, signature, values), _FLOATS)

    return _LANES(array, index), generate


def _load_signed(_context: Any, array: Any, index: Any) -> Any:
    """Return the bytes of a contiguous `array` from the flat `index` on, taken as -128..127."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.sitofp(_load_bytes(context, builder, signature, values), _FLOATS)

    return _LANES(array, index), generate


def _as_floats(_context: Any, sums: Any) -> Any:
    """Return 32-bit `sums` (Lanes) as floats."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.sitofp(values[0], _FLOATS)

    return _LANES(sums), generate


def _add_floats(_context: Any, a: Any, b: Any) -> Any:
    """Return a + b."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.fadd(values[0], values[1], flags=_FAST)

    return _LANES(a, b), generate


def _spread_float(_context: Any, number: Any) -> Any:
    """Return one float32 `number` in every place."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return spread(builder, values[0], _FLOATS)

    return _LANES(number), generate


def _subtract_floats(_context: Any, a: Any, b: Any) -> Any:
    """Return a - b."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.fsub(values[0], values[1], flags=_FAST)

    return _LANES(a, b), generate


def _multiply_floats(_context: Any, a: Any, b: Any) -> Any:
    """Return a * b."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.fmul(values[0], values[1], flags=_FAST)

    return _LANES(a, b), generate


def _store_floats(_context: Any, array: Any, index: Any, floats: Any) -> Any:
    """Write `floats` into a contiguous float32 `array` from the flat `index` on."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = place_in(context, builder, signature, values, _FLOAT)
        builder.store(values[2], builder.bitcast(place, _FLOATS.as_pointer()), align=4)
        return context.get_dummy_value()

    return types.void(array, index, floats), generate


def _float_at(_context: Any, floats: Any, lane: Any) -> Any:
    """Return number `lane` of `floats`."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        lane = context.cast(builder, values[1], signature.args[1], types.int32)
        return builder.extract_element(values[0], lane)

    return types.float32(floats, lane), generate


# With plain types, since numba itself gives the first argument.
no_floats: Any = intrinsic(_no_floats)
load_floats: Any = intrinsic(_load_floats)
load_unsigned: Any = intrinsic(_load_unsigned)
load_signed: Any = intrinsic(_load_signed)
as_floats: Any = intrinsic(_as_floats)
add_floats: Any = intrinsic(_add_floats)
spread_float: Any = intrinsic(_spread_float)
subtract_floats: Any = intrinsic(_subtract_floats)
multiply_floats: Any = intrinsic(_multiply_floats)
store_floats: Any = intrinsic(_store_floats)
float_at: Any = intrinsic(_float_at)


def _load_bytes(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    place = place_in(context, builder, signature, values, _BYTE)
    return builder.load(builder.bitcast(place, _BYTES.as_pointer()), align=1)
