"""Which parts of a model stay on a GPU and which wait in main memory, and how fast it then writes. Torch-free."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from engine.fit import WEIGHT_BYTES, Speeds, need_of, tokens_per_second
from engine.model_shape import ModelShape

CONTEXT = 4096  # tokens whose memory is kept free, at most
SHARE = 0.9  # of what is free: drivers and allocators take their part
_WHOLE = ("float32", "bfloat16", "float16")  # formats that layers can move in; others are held in 16 bits


@dataclass(frozen=True, slots=True)
class Part:
    """A module or weight of a model by its name, and its bytes; a `layer` can wait in main memory."""

    name: str
    size: int
    layer: bool


@dataclass(frozen=True, slots=True)
class Split:
    """Names of the parts that `stay` on the device and of the layers that `wait`, and the bytes of either."""

    stay: tuple[str, ...]
    wait: tuple[str, ...]
    staying_bytes: int
    waiting_bytes: int


def split_parts(parts: list[Part], room: int) -> Split:
    """Return what fits into `room` bytes: all that is no layer, then the first layers, less the room for a visitor.

    Raises ValueError where not even the parts that are no layers and one visitor fit.
    """
    layers = [part for part in parts if part.layer]
    stay = [part for part in parts if not part.layer]
    used = sum(part.size for part in stay)
    if used + sum(part.size for part in layers) <= room:
        return Split(tuple(part.name for part in parts), (), used + sum(part.size for part in layers), 0)
    left = room - used - max((part.size for part in layers), default=0)
    if left < 0 or not layers:
        raise ValueError(f"{used} bytes that cannot wait, and a layer, do not fit into {room}")
    ends = list(accumulate(layer.size for layer in layers))
    fitting = bisect_right(ends, left)
    stay, waiting = [*stay, *layers[:fitting]], layers[fitting:]
    return Split(
        tuple(part.name for part in stay),
        tuple(part.name for part in waiting),
        sum(part.size for part in stay),
        sum(part.size for part in waiting),
    )


def room_for(shape: ModelShape, weights: str, free: int) -> int:
    """Return the bytes of a device with `free` ones that are left for the weights of a model."""
    need = need_of(shape, weights, min(shape.window, CONTEXT), accelerated=True)
    return round(SHARE * free) - need.cache - need.workspace


def expected_split(shape: ModelShape, weights: str, free: int) -> Split:
    """Return about how a model will be split on a device with `free` bytes. Raises ValueError where it cannot be."""
    held = weights if weights in _WHOLE else "bfloat16"
    embedding = shape.vocab * shape.hidden
    rest = min(shape.parameters, embedding + min(embedding, shape.looked_up))  # the output layer, where it is another
    layer = round((shape.parameters - rest) * WEIGHT_BYTES[held] / shape.layers)
    parts = [Part("rest", round(rest * WEIGHT_BYTES[held]), layer=False)]
    parts += [Part(f"layer {number}", layer, layer=True) for number in range(shape.layers)]
    return split_parts(parts, room_for(shape, held, free))


def split_tokens_per_second(shape: ModelShape, weights: str, speeds: Speeds, free: int) -> float:
    """Return how fast one text grows that a split model writes; 0 where it cannot be split, or nothing was measured.

    All weights are read once a token by the device, and before that those that wait come to it.
    """
    if not (speeds.bandwidth and speeds.visiting):
        return 0.0
    held = weights if weights in _WHOLE else "bfloat16"
    try:
        split = expected_split(shape, held, free)
    except ValueError:
        return 0.0
    whole = tokens_per_second(shape, held, speeds, min(shape.window, CONTEXT) // 2, accelerated=True)
    return 1 / (1 / whole + split.waiting_bytes / speeds.visiting)
