"""Positions beyond those that a model was trained on: how the frequencies of its rotations are lowered.

Dimension pair i turns by position * theta^(-2 i / width). Fast pairs have seen every angle in training; slow ones have
not, and to them many positions are told as few: to all pairs alike ("linear": Chen et al. 2023, section 2.3), or to
the slow ones alone, with a ramp over pairs ("yarn": Peng et al. 2023, section 3) or over wavelengths ("llama3":
Llama 3.1). "dynamic" changes nothing up to the context that the configuration names, where we stop.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

_KINDS = frozenset({"default", "linear", "dynamic", "yarn", "llama3"})
_IGNORED = frozenset({"rope_type", "type", "rope_theta", "partial_rotary_factor", "finetuned"})
_NUMBERS = frozenset(
    {
        "factor",
        "low_freq_factor",
        "high_freq_factor",
        "original_max_position_embeddings",
        "attention_factor",
        "beta_fast",
        "beta_slow",
        "mscale",
        "mscale_all_dim",
    }
)


@dataclass(frozen=True, slots=True)
class Stretching:
    """How positions are stretched by `factor`; those seen in training were `original`.

    Between `fast` and `slow` lies the ramp: turns within `original` positions, from more to fewer. `whole` rounds its
    ends to whole pairs. `length` is what queries and keys are multiplied by.
    """

    kind: Literal["plain", "linear", "yarn", "llama3"] = "plain"
    factor: float = 1.0
    original: float = 0.0
    fast: float = 0.0
    slow: float = 0.0
    whole: bool = True
    length: float = 1.0

    def frequencies(self, width: int, theta: float) -> Tensor:
        """Return the angle by which each of the width / 2 pairs turns from a position to the next, (width / 2,)."""
        plain = 1.0 / theta ** (torch.arange(0, width, 2, dtype=torch.int64).float() / width)
        if self.kind == "plain":
            return plain
        if self.kind == "linear":
            return plain / self.factor
        kept = self._by_pair(width, theta) if self.kind == "yarn" else self._by_wavelength(plain)
        return (1 - kept) * plain / self.factor + kept * plain

    def _by_pair(self, width: int, theta: float) -> Tensor:
        """Return the share (width / 2,) of each pair that stays, falling evenly from pair to pair."""
        first, last = (
            width * math.log(self.original / (turns * 2 * math.pi)) / (2 * math.log(theta))
            for turns in (self.fast, self.slow)
        )
        if self.whole:
            first, last = math.floor(first), math.ceil(last)
        first, last = max(first, 0), min(last, width - 1)
        if first == last:
            last += 0.001
        return 1 - ((torch.arange(width // 2).float() - first) / (last - first)).clamp(0, 1)

    def _by_wavelength(self, plain: Tensor) -> Tensor:
        """Return the share (width / 2,) that stays, falling with the turns within the original positions."""
        turns = self.original / (2 * math.pi / plain)
        return ((turns - self.slow) / (self.fast - self.slow)).clamp(0, 1)


PLAIN = Stretching()


def positions_of(config: dict[str, Any]) -> tuple[float, Stretching] | None:
    """Return theta and stretching from a model's `config.json`; None where it asks for anything else."""
    rope = config.get("rope_scaling") or config.get("rope_parameters") or {}
    if not isinstance(rope, dict) or not all(isinstance(name, str) for name in rope):
        return None
    theta = rope.get("rope_theta", config.get("rope_theta", 10_000.0))
    kind = rope.get("rope_type", rope.get("type", "default"))
    known = rope.keys() <= _IGNORED | _NUMBERS | {"truncate"} and isinstance(kind, str) and kind in _KINDS
    numbers = {name: value for name, value in rope.items() if name in _NUMBERS and value is not None}
    partial = rope.get("partial_rotary_factor", config.get("partial_rotary_factor", 1))
    if not known or partial not in (1, None) or not all(map(_is_positive, (theta, *numbers.values()))):
        return None
    original = config.get("original_max_position_embeddings")  # beside `rope_scaling` it goes before one within
    numbers.setdefault("original_max_position_embeddings", config.get("max_position_embeddings"))
    if original is not None:
        numbers["original_max_position_embeddings"] = original
    stretching = _stretching(kind, numbers, whole=bool(rope.get("truncate", True)))
    return None if stretching is None else (theta, stretching)


def _stretching(kind: str, numbers: dict[str, float], *, whole: bool) -> Stretching | None:
    if kind in ("default", "dynamic"):
        return PLAIN
    factor, original = numbers.get("factor"), numbers["original_max_position_embeddings"]
    if factor is None or not _is_positive(original):
        return None
    if kind == "linear":
        return Stretching("linear", factor)
    if kind == "yarn":
        fast, slow = numbers.get("beta_fast", 32.0), numbers.get("beta_slow", 1.0)
        return Stretching("yarn", factor, original, fast, slow, whole, _length(factor, numbers))
    fast, slow = numbers.get("high_freq_factor"), numbers.get("low_freq_factor")
    if fast is None or slow is None or fast <= slow:
        return None
    return Stretching("llama3", factor, original, fast, slow)


def _length(factor: float, numbers: dict[str, float]) -> float:
    """Return what YaRN multiplies queries and keys by (Peng et al. 2023, equation 22), or what is set in its place."""
    if "attention_factor" in numbers:
        return numbers["attention_factor"]

    def grown(scale: float) -> float:
        return 0.1 * scale * math.log(factor) + 1 if factor > 1 else 1.0

    if "mscale" in numbers and "mscale_all_dim" in numbers:
        return grown(numbers["mscale"]) / grown(numbers["mscale_all_dim"])
    return grown(1.0)


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf
