"""Presets: named settings per mode, as TOML files of ours and of the writer. Torch-free."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.errors import SettingsError
from engine.modes import Mode
from engine.params import SamplingParams
from engine.paths import assets_dir, config_dir

DEFAULT_PRESETS = {
    Mode.WRITE: "story",
    Mode.TRANSLATE: "translation",
    Mode.SUMMARISE: "summary",
    Mode.REWRITE: "rewrite",
    Mode.DIALOGUE: "dialogue",
}

_KEYS = {"name", "title", "mode", "params"}


@dataclass(frozen=True, slots=True)
class Preset:
    """Settings under a name; `title` is what the window shows."""

    name: str
    mode: Mode
    title: str
    params: SamplingParams


def load_presets(mode: Mode) -> dict[str, Preset]:
    """Return the presets of `mode` by name, if it has any, the default one first; the writer's replace ours.

    A file that is wrong hides no other: `preset_faults` tells of it.
    """
    found = {preset.name: preset for preset in _read_all()[0] if preset.mode is mode}
    default = DEFAULT_PRESETS.get(mode, "")
    return {default: found[default], **found} if default in found else found


def preset_faults() -> list[str]:
    """Return a sentence for each preset file that cannot be used, with its name and the key that is wrong."""
    return _read_all()[1]


def read_preset(path: Path) -> Preset:
    """Return the preset in the TOML file `path`. Raises SettingsError that names the file and the key."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return _preset(values)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"The preset {path} cannot be read ({error}): correct or remove it.") from error
    except (SettingsError, TypeError, ValueError) as error:
        raise SettingsError(f"In the preset {path}: {error}") from error


def apply_sliders(params: SamplingParams, surprise: float, repetition: float, length: float) -> SamplingParams:
    """Return `params` moved by the writer's three sliders, each in [-1, 1] with 0 for no change.

    Surprise scales temperature by up to 2 either way and opens or closes the truncations with
    it. Repetition at 1 lets the text repeat itself freely, at -1 more than doubles what holds it
    back. Length multiplies the most new tokens by up to 4 either way. Raises ValueError outside
    the range.
    """
    for name, value in (("surprise", surprise), ("repetition", repetition), ("length", length)):
        if not -1 <= value <= 1:
            raise ValueError(f"{name} must be in [-1, 1], not {value!r}")
    hold = 1 - repetition if repetition > 0 else 1 - 1.5 * repetition
    return replace(
        params,
        temperature=min(2.0, params.temperature * 2**surprise),
        min_p=min(1.0, params.min_p * 4**-surprise),
        top_p=params.top_p ** (4**-surprise),
        top_k=min(200, round(params.top_k * 2**surprise)),
        dry_multiplier=min(5.0, params.dry_multiplier * hold),
        repetition_penalty=min(1.5, 1 + (params.repetition_penalty - 1) * hold),
        presence_penalty=min(2.0, params.presence_penalty * hold),
        frequency_penalty=min(2.0, params.frequency_penalty * hold),
        max_new_tokens=max(1, min(1_000_000, round(params.max_new_tokens * 4**length))),
    )


def _read_all() -> tuple[list[Preset], list[str]]:
    folders = (assets_dir() / "presets", config_dir() / "presets")
    presets, faults = [], []
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            presets.append(read_preset(path))
        except SettingsError as error:
            faults.append(str(error))
    return presets, faults


def _preset(values: dict[str, Any]) -> Preset:
    for key in values:
        if key not in _KEYS:
            raise SettingsError(f'there is no key "{key}": use {", ".join(sorted(_KEYS))}.')
    for key in sorted(_KEYS - {"title"}):
        if key not in values:
            raise SettingsError(f'the key "{key}" is missing: add it.')
    if values["mode"] not in [mode.value for mode in Mode]:
        known = ", ".join(mode.value for mode in Mode)
        raise SettingsError(f'mode = "{values["mode"]}" is not known: use one of {known}.')
    if not isinstance(values["params"], dict):
        raise SettingsError('"params" must be a table: write [params].')
    name = str(values["name"])
    params = SamplingParams.from_dict(values["params"])
    return Preset(name, Mode(values["mode"]), str(values.get("title", name)), params)
