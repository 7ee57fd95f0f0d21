"""Recipes in TOML files."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from engine.card import ModelCard, make_card
from engine.errors import SettingsError
from engine.training.augmentation import AugmentationSettings
from engine.training.recipe import (
    BatchSettings,
    ModelSettings,
    OptimizerSettings,
    Recipe,
    ScheduleSettings,
    Source,
    TokenizerSettings,
)

_T = TypeVar("_T")


def read_recipe(path: Path) -> Recipe:
    """Return the recipe in a TOML file.

    Raises SettingsError that names the file and key for anything unknown or missing.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The recipe {path} cannot be read: check its name.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The recipe {path} is not valid TOML: {error}.") from error
    try:
        return _build_recipe(values)
    except SettingsError as error:
        raise SettingsError(f"In the recipe {path.name}: {error}") from error


def _build_recipe(values: dict[str, Any]) -> Recipe:
    values = dict(values)
    sources = tuple(_build(Source, "sources", entry) for entry in values.pop("sources", []))
    parts = {
        "model": ModelSettings,
        "tokenizer": TokenizerSettings,
        "batch": BatchSettings,
        "optimizer": OptimizerSettings,
        "schedule": ScheduleSettings,
        "augmentation": AugmentationSettings,
    }
    if "card" in values:
        values["card"] = _build_card(values["card"])
    built = {key: _build(kind, key, values.pop(key)) for key, kind in parts.items() if key in values}
    return _build(Recipe, "the recipe", {**values, **built, "sources": sources})


def _build(kind: type[_T], where: str, values: dict[str, Any]) -> _T:
    known = {entry.name for entry in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for key in values:
        if key not in known:
            raise SettingsError(f'unknown key "{key}" in {where}; known are {", ".join(sorted(known))}.')
    try:
        return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
    except TypeError as error:
        raise SettingsError(f"{where} is incomplete: {error}.") from error


def _build_card(values: dict[str, Any]) -> ModelCard:
    try:
        return make_card(values)
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"card is incomplete or holds an unknown key: {error}.") from error
