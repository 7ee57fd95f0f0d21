"""Sampling settings in the words of a server, and which of them it does not know. Torch-free."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from engine.params import SamplingParams

# Our names -> those of every OpenAI-compatible server, and of some.
_COMMON = {
    "temperature": "temperature",
    "top_p": "top_p",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
    "max_new_tokens": "max_tokens",
    "seed": "seed",
    "stop": "stop",
}
_MORE = {
    "vllm": {"top_k": "top_k", "min_p": "min_p", "repetition_penalty": "repetition_penalty"},
    "llama-cpp-python": {"top_k": "top_k", "min_p": "min_p", "repetition_penalty": "repeat_penalty"},
    "llamacpp": {
        "top_k": "top_k",
        "min_p": "min_p",
        "typical_p": "typical_p",
        "repetition_penalty": "repeat_penalty",
        "xtc_threshold": "xtc_threshold",
        "xtc_probability": "xtc_probability",
        "dry_multiplier": "dry_multiplier",
        "dry_base": "dry_base",
        "dry_allowed_length": "dry_allowed_length",
    },
}
# transformers knows these by another way, and takes frequency_penalty for something else.
_GENERATION = {
    "top_k": "top_k",
    "min_p": "min_p",
    "typical_p": "typical_p",
    "epsilon_cutoff": "epsilon_cutoff",
    "eta_cutoff": "eta_cutoff",
    "repetition_penalty": "repetition_penalty",
    "no_repeat_ngram": "no_repeat_ngram_size",
}
_NOT_TRANSFORMERS = ("presence_penalty", "frequency_penalty")
# Means another setting, or nothing, while that one is off.
_IDLE_UNLESS = {
    "xtc_threshold": "xtc_probability",
    "dry_base": "dry_multiplier",
    "dry_allowed_length": "dry_multiplier",
    "dry_window": "dry_multiplier",
    "mirostat_eta": "mirostat_tau",
    "contrastive_top_k": "contrastive_alpha",
    "repetition_window": "repetition_penalty",
}
_BEAM_ONLY = {"length_penalty", "early_stopping"}


def server_settings(params: SamplingParams, kind: str, seed: int) -> tuple[dict[str, Any], list[str]]:
    """Return the settings as a server of `kind` ("vllm", ..., "") wants them, and those it does not know."""
    usual = SamplingParams()
    known = {**_COMMON, **_MORE.get(kind, {})}
    apart = _GENERATION if kind == "transformers" else {}
    if apart:
        known = {name: other for name, other in known.items() if name not in _NOT_TRANSFORMERS}
    asked: dict[str, Any] = {}
    dropped = []
    for field in dataclasses.fields(SamplingParams):
        name, value = field.name, getattr(params, field.name)
        if name in known:  # also where it is off, since servers have other ideas of what is usual
            asked[known[name]] = list(value) if isinstance(value, tuple) else value
        elif name in apart:
            continue
        elif value != getattr(usual, name) and _counts(params, name, usual):
            dropped.append(name)
    asked["seed"] = seed % 2**31
    if apart:
        asked["generation_config"] = _generation_config(params)
    if kind == "vllm" and asked["top_k"] == 0:
        asked["top_k"] = -1  # off, to every version of it
    if not asked["stop"]:
        del asked["stop"]
    return asked, dropped


def _generation_config(params: SamplingParams) -> str:
    """Return what transformers is told of sampling, which else depends on the model's own file."""
    values = {other: getattr(params, name) for name, other in _GENERATION.items()}
    return json.dumps({"do_sample": params.temperature > 0, **values})


def _counts(params: SamplingParams, name: str, usual: SamplingParams) -> bool:
    """Tell whether a setting does anything, given the others."""
    if name in _BEAM_ONLY:
        return params.beams > 1
    other = _IDLE_UNLESS.get(name)
    return other is None or getattr(params, other) != getattr(usual, other)
