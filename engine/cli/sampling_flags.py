"""The fields of SamplingParams as flags of the same name. Torch-free."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable
from typing import Any

from engine.params import SamplingParams, Setting

_PREFIX = "params."


def add_sampling_flags(group: Any) -> None:
    """Add a flag of the same name for every field; one that is not given leaves no trace."""
    for field in dataclasses.fields(SamplingParams):
        flag = "--" + field.name.replace("_", "-")
        group.add_argument(flag, dest=_PREFIX + field.name, default=argparse.SUPPRESS, **_flag_options(field))


def given_settings(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings whose flags were given, by field name."""
    values = vars(options)
    return {name.removeprefix(_PREFIX): value for name, value in values.items() if name.startswith(_PREFIX)}


def _flag_options(field: dataclasses.Field[Any]) -> dict[str, Any]:
    setting: Setting | None = field.metadata.get("setting")
    if setting is not None:
        kind = int if field.type == "int" else float
        return {
            "type": _number(kind, setting),
            "metavar": "N" if kind is int else "X",
            "help": f"{setting.help} ({setting.low:g} to {setting.high:g}; default {field.default:g})",
        }
    if field.type == "bool":
        return {"action": argparse.BooleanOptionalAction, "help": field.metadata["help"]}
    weighted = field.name == "biased_words"
    return {
        "action": "append",
        "type": _weighted_word if weighted else str,
        "metavar": "WORD=BIAS" if weighted else "TEXT",
        "help": f"{field.metadata['help']} (may be repeated)",
    }


def _number(kind: type[int] | type[float], setting: Setting) -> Callable[[str], int | float]:
    def parse(text: str) -> int | float:
        value = kind(text)
        if not setting.low <= value <= setting.high:
            raise argparse.ArgumentTypeError(f"{text} is not between {setting.low:g} and {setting.high:g}")
        return value

    parse.__name__ = "whole number" if kind is int else "number"
    return parse


def _weighted_word(text: str) -> tuple[str, float]:
    word, _, bias = text.rpartition("=")
    if not word:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form WORD=BIAS, as in rain=2.5")
    return word, float(bias)
