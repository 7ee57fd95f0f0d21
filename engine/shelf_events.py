"""Events about models and the devices that they run on, which the models' window shows. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ModelFound:
    """A model on the hub: `task` in the hub's words, `size_bytes` of its weights (0: unknown), `updated` a date."""

    repo: str
    task: str
    licence: str
    size_bytes: int
    downloads: int
    gated: bool
    updated: str


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """A model on the hub from near: what would be fetched as (name, bytes), and its card.

    `problem` is a sentence about why it cannot be used here, "" where it can; `gated` ones need a token.
    `parameters` and `config` (its `config.json`) say what it needs of a machine; 0 and empty are unknown.
    """

    repo: str
    revision: str
    task: str
    licence: str
    languages: list[str]
    gated: bool
    files: list[tuple[str, int]]
    card: str
    problem: str
    parameters: int = 0
    config: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelInstalled:
    """A model was fetched or imported, is whole, and stands in the catalogue under `model`."""

    model: str
    folder: str


@dataclass(frozen=True, slots=True)
class DeviceFound:
    """A device of this machine: `weights` is the format it holds models in, `why` a sentence about its use.

    `bandwidth` (bytes of weights a second) and `layer_seconds` are 0 before they were measured, the others empty;
    `loaded` are the models that take memory now.
    """

    name: str
    description: str
    weights: str
    why: str
    chosen: bool
    free_bytes: int
    total_bytes: int
    bandwidth: float = 0.0
    layer_seconds: float = 0.0
    loaded: list[str] = field(default_factory=list)
    formats: dict[str, float] = field(default_factory=dict)
    step_seconds: float = 0.0
