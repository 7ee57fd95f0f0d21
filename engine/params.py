"""Sampling and search settings: frozen, validated, and described once for every front end.

The command line makes its flags, and the window its fields, from the metadata kept here.
This module is torch-free.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from engine.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Setting:
    """What a front end needs to offer a numeric setting: inclusive range and one line of help."""

    low: float
    high: float
    help: str


def _number(default: Any, low: float, high: float, help: str) -> Any:
    return dataclasses.field(default=default, metadata={"setting": Setting(low, high, help)})


def _other(default: Any, help: str) -> Any:
    return dataclasses.field(default=default, metadata={"help": help})


_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """Hold every setting that shapes the choice of the next token.

    Logits pass in this order: repetition, presence and frequency penalties, biases and bans,
    no-repeat n-gram, DRY, top-n-sigma, top-k, typical, top-p, min-p, epsilon, eta, XTC,
    temperature, draw. Mirostat, when on, replaces the truncations. Windows count tokens from
    the end of prompt and answer; 0 means all of them. Raises SettingsError for a value
    outside its range.
    """

    temperature: float = _number(1.0, 0, 2, "randomness of the draw; 0 takes the likeliest token")
    top_k: int = _number(0, 0, 200, "keep the k likeliest tokens; 0 is off")
    top_p: float = _number(1.0, 0, 1, "keep the likeliest tokens that hold this mass; 1 is off")
    min_p: float = _number(0.0, 0, 1, "keep tokens at least this share as likely as the best; 0 is off")
    typical_p: float = _number(1.0, 0, 1, "keep tokens of typical surprise up to this mass; 1 is off")
    epsilon_cutoff: float = _number(0.0, 0, 9e-4, "drop tokens less likely than this; 0 is off")
    eta_cutoff: float = _number(0.0, 0, 2e-3, "entropy-dependent cutoff; 0 is off")
    top_n_sigma: float = _number(0.0, 0, 5, "keep logits within n deviations of the best; 0 is off")
    xtc_threshold: float = _number(0.1, 0, 0.5, "XTC: tokens above this share count as top choices")
    xtc_probability: float = _number(0.0, 0, 1, "XTC: chance of dropping all top choices but the last; 0 is off")
    dry_multiplier: float = _number(0.0, 0, 5, "DRY: strength of the penalty on repeated passages; 0 is off")
    dry_base: float = _number(1.75, 1, 4, "DRY: growth of the penalty per repeated token")
    dry_allowed_length: int = _number(2, 1, 20, "DRY: repeats up to this length are free")
    dry_window: int = _number(0, 0, _MANY, "DRY: tokens looked back on; 0 is all")
    repetition_penalty: float = _number(1.0, 1, 1.5, "divide the logits of seen tokens; 1 is off")
    repetition_window: int = _number(0, 0, 4096, "tokens looked back on by the three penalties; 0 is all")
    presence_penalty: float = _number(0.0, 0, 2, "subtract this from every token seen; 0 is off")
    frequency_penalty: float = _number(0.0, 0, 2, "subtract this for every time a token was seen; 0 is off")
    no_repeat_ngram: int = _number(0, 0, 20, "never repeat a run of n tokens; 0 is off")
    mirostat_tau: float = _number(0.0, 0, 10, "mirostat 2: surprise to hold, in bits; 0 is off (5 when on)")
    mirostat_eta: float = _number(0.1, 0, 1, "mirostat 2: learning rate")
    beams: int = _number(1, 1, 10, "hypotheses of beam search; 1 is off")
    length_penalty: float = _number(1.0, -10, 10, "beam search: exponent of the length that scores are divided by")
    early_stopping: bool = _other(False, "beam search: stop as soon as enough hypotheses are complete")
    contrastive_alpha: float = _number(0.0, 0, 1, "contrastive search: weight of novelty; 0 is off (0.6 when on)")
    contrastive_top_k: int = _number(4, 1, 50, "contrastive search: candidates weighed at each step")
    banned_phrases: tuple[str, ...] = _other((), "words and phrases that must not be written")
    biased_words: tuple[tuple[str, float], ...] = _other((), "words and what is added to their logits")
    stop: tuple[str, ...] = _other((), "texts that end the answer; not part of it")
    max_new_tokens: int = _number(200, 1, _MANY, "most tokens to write")
    seed: int = _number(-1, -1, 2**63 - 1, "number that fixes the draw; -1 draws one and says it")

    def __post_init__(self) -> None:
        for name in ("banned_phrases", "stop"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        pairs = tuple((str(word), float(bias)) for word, bias in self.biased_words)
        object.__setattr__(self, "biased_words", pairs)
        for field in dataclasses.fields(self):
            setting = field.metadata.get("setting")
            if setting is not None:
                _check(field.name, getattr(self, field.name), setting, whole=field.type == "int")
        if self.beams > 1 and self.contrastive_alpha > 0:
            raise SettingsError("Beam search and contrastive search exclude each other: switch one of them off.")

    @property
    def greedy(self) -> bool:
        """Tell whether the likeliest token is always taken."""
        return self.temperature == 0

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> SamplingParams:
        """Build from plain values. Raises SettingsError that names an unknown key."""
        known = {field.name for field in dataclasses.fields(cls)}
        for key in values:
            if key not in known:
                raise SettingsError(f'There is no setting called "{key}": check its spelling.')
        return cls(**values)


def _check(name: str, value: Any, setting: Setting, *, whole: bool) -> None:
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise SettingsError(f"{name} must be a {'whole ' if whole else ''}number, not {value!r}.")
    if math.isnan(value) or not setting.low <= value <= setting.high:
        raise SettingsError(f"{name} must be between {setting.low:g} and {setting.high:g}, not {value!r}.")
