"""Models worth a look, for each mode: a list that is data, and that the writer can add to. Torch-free."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import SettingsError
from engine.paths import assets_dir, config_dir


@dataclass(frozen=True, slots=True)
class CuratedModel:
    """A model on the hub that is known to work here. `tasks` are mode names; `prompts` as in a model's card."""

    repo: str
    title: str
    tasks: tuple[str, ...]
    licence: str
    size_bytes: int
    words: str
    languages: tuple[str, ...] = ()
    gated: bool = False
    prompts: dict[str, str] = field(default_factory=dict)


def curated_models() -> list[CuratedModel]:
    """Return the writer's own list, if there is one, and then ours. Raises SettingsError for a damaged file."""
    paths = (config_dir() / "hub-models.toml", assets_dir() / "hub" / "models.toml")
    models = {model.repo: model for path in reversed(paths) if path.is_file() for model in _read(path)}
    return list(models.values())


def _read(path: Path) -> list[CuratedModel]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return [_model(entry) for entry in values["model"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise SettingsError(f"The list of models {path} cannot be read ({error}): correct or remove it.") from error


def _model(entry: dict[str, Any]) -> CuratedModel:
    """Build a model of what a file says. Raises TypeError where it says something of another kind."""
    prompts = entry.get("prompts", {})
    kinds = {"repo": str, "title": str, "licence": str, "words": str, "size_bytes": int, "tasks": list}
    kinds |= {"languages": list, "gated": bool, "prompts": dict}
    for key, value in entry.items():
        if key in kinds and not isinstance(value, kinds[key]):
            raise TypeError(f"{key} is {value!r}")
    for each in (*entry["tasks"], *entry.get("languages", ()), *prompts.values()):
        if not isinstance(each, str):
            raise TypeError(f"{each!r} is no text")
    return CuratedModel(**{**entry, "tasks": tuple(entry["tasks"]), "languages": tuple(entry.get("languages", ()))})
