"""Whether a model fits a machine, said before it is fetched or loaded: weights, cache, working memory. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

import psutil

from engine.amounts import size_words
from engine.model_shape import ModelShape

# Bytes per weight, with the scales that come along: one per row (int8), two per 32 weights (int4).
WEIGHT_BYTES = {"float32": 4.0, "bfloat16": 2.0, "float16": 2.0, "int8": 1.02, "int4": 0.63}
_COPY = {"int4": 1.02}  # bytes per weight of a second form, in which prompts are read
_BASE = 400_000_000  # the engine process with torch, transformers and compiled functions, before any model
_CHUNK = 256  # prompt tokens read at once
_PER_HIDDEN = 40  # bytes of activations per token and hidden unit, measured on Llama shapes in float32
_PER_LOGIT = 32  # bytes per row and word of the vocabulary while the next token is drawn
_GOOD, _MOST = 0.75, 0.95  # shares of the free memory

_LLAMA_CPP = 0.75  # of the bandwidth, which its products of blocks in 8 bits reach (docs/results/fit.md)


class Verdict(StrEnum):
    """How a model fits."""

    GOOD = "good"
    TIGHT = "tight"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Speeds:
    """What was measured of a machine, by a product with more weights than its cache holds, and a tiny layer.

    `bandwidth` is bytes a second of weights in the type that is computed in, `formats` those of other formats, whose
    products cost more than their reading; `layer_seconds` is what a layer takes whatever its size, `step_seconds` a
    step without any, `visiting` the bytes a second that come from main memory to the device.
    """

    bandwidth: float
    layer_seconds: float
    formats: dict[str, float] = field(default_factory=dict)
    step_seconds: float = 0.0
    visiting: float = 0.0


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that a model takes: `weights`, `cache` for its context, `workspace` while it computes."""

    weights: int
    cache: int
    workspace: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.cache + self.workspace


@dataclass(frozen=True, slots=True)
class Fit:
    """What a model needs in a weight format for a context, against the memory that is free."""

    verdict: Verdict
    need: Need
    free: int
    weights: str
    context: int
    largest_context: int

    @property
    def sentence(self) -> str:
        """One line for the writer."""
        more = f"; up to {self.largest_context:,} fit" if self.largest_context > self.context else ""
        needs = (
            f"{size_words(self.need.total)} of {size_words(self.free)} free "
            f"({self.weights}, {self.context:,} tokens{more})"
        )
        if self.verdict is Verdict.GOOD:
            return f"Fits: it needs {needs}."
        if self.verdict is Verdict.TIGHT:
            return f"Tight: it needs {needs}. Close other programs, or ask for fewer variants."
        if self.largest_context >= _CHUNK:
            return f"Does not fit with this context: it needs {needs}. Up to {self.largest_context:,} tokens fit."
        return f"Does not fit: it needs {needs}. Choose a smaller model."


def free_memory() -> int:
    """Return the bytes of main memory that a new model can take."""
    return psutil.virtual_memory().available


def need_of(
    shape: ModelShape, weights: str, context: int, rows: int = 1, *, accelerated: bool = False, copied: bool = True
) -> Need:
    """Return what a model takes in the format `weights` for `rows` texts of `context` tokens.

    `accelerated` devices unpack 4 bits for prompts too, and remember in half the width. `copied` counts the second
    form of weights in 4 bits, which there is none of once functions are compiled. Raises ValueError for an unknown
    format.
    """
    if weights not in WEIGHT_BYTES:
        raise ValueError(f"{weights!r} is not one of {sorted(WEIGHT_BYTES)}")
    twice = copied and not (shape.file_bytes or accelerated)
    copy = round(shape.parameters * _COPY.get(weights, 0)) if twice else 0
    # Our own decoders look words up in a table of their own, beside the products of the same weights.
    table = 2 * shape.vocab * shape.hidden if shape.packs and not shape.file_bytes else 0
    return Need(
        weights=_weight_bytes(shape, weights, shape.parameters) + copy + table,
        cache=shape.held_cache or _cache_bytes(shape, weights, accelerated) * context * rows,
        workspace=_BASE + _CHUNK * shape.hidden * _PER_HIDDEN * rows + shape.vocab * _PER_LOGIT * rows,
    )


def fit(
    shape: ModelShape,
    weights: str,
    free: int,
    context: int = 0,
    rows: int = 1,
    *,
    accelerated: bool = False,
    copied: bool = True,
) -> Fit:
    """Return how a model fits into `free` bytes; a `context` of 0 is all that the model can see, up to 4,096 tokens.

    Of a GGUF file it is all, for which memory is taken when it is loaded.
    """
    asked = min(context or (shape.window if shape.held_cache else 4096), shape.window)
    taken = replace(shape, held_cache=shape.held_cache * asked // shape.window)
    need = need_of(taken, weights, asked, rows, accelerated=accelerated, copied=copied)
    if need.total <= _GOOD * free:
        verdict = Verdict.GOOD
    else:
        verdict = Verdict.TIGHT if need.total <= _MOST * free else Verdict.NO
    held = "GGUF" if shape.file_bytes else weights
    most = largest_context(shape, weights, free, rows, accelerated=accelerated, copied=copied)
    return Fit(verdict, need, free, held, asked, most)


def largest_context(
    shape: ModelShape, weights: str, free: int, rows: int = 1, *, accelerated: bool = False, copied: bool = True
) -> int:
    """Return the most tokens of context with which a model fits into `free` bytes, 0 where it does not at all."""
    bare, one = (need_of(shape, weights, tokens, rows, accelerated=accelerated, copied=copied) for tokens in (0, 1))
    room = _MOST * free - bare.total
    return max(0, min(shape.window, int(room // max(1, one.cache - bare.cache))))


def tokens_per_second(
    shape: ModelShape, weights: str, speeds: Speeds, context: int, *, accelerated: bool = False
) -> float:
    """Return how fast one text grows: weights and cache are read once per token, and every layer takes its turn."""
    read = _weight_bytes(shape, weights, shape.parameters - shape.looked_up)
    cached = _cache_bytes(shape, weights, accelerated) * min(context, shape.window)
    rate = speeds.formats.get(weights, speeds.bandwidth) * (_LLAMA_CPP if shape.file_bytes else 1.0)
    taken = shape.layers * speeds.layer_seconds + speeds.step_seconds
    return 1 / (read / rate + cached / speeds.bandwidth + taken)


def rate_words(rate: float) -> str:
    """Return so many tokens a second as a person would say them, as the beginning of a sentence."""
    return f"About {rate:,.0f} tokens a second" if rate >= 10 else f"About {rate:.1f} tokens a second"


def _weight_bytes(shape: ModelShape, weights: str, parameters: int) -> int:
    return shape.file_bytes or round(parameters * WEIGHT_BYTES[weights])


def _cache_bytes(shape: ModelShape, weights: str, accelerated: bool) -> int:
    """Return the bytes of keys and values of one token: as wide as the numbers that attention computes with.

    On a processor our own decoders attend in float32, whatever weights are held in.
    """
    wide = weights == "float32" or (not accelerated and (shape.packs or weights in ("int8", "int4")))
    return shape.cache * (4 if wide and not shape.file_bytes else 2)
