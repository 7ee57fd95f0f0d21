"""Events about models and the devices that they run on, which the models' window shows. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.fit import Speeds
from engine.model_shape import ModelShape


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
    `estimated` tells that only the sizes of its files say how many parameters it has. The weights of `pickled` ones are
    converted once they are here.
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
    pickled: bool = False
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class ModelInstalled:
    """A model was fetched or imported, is whole, and stands in the catalogue under `model`."""

    model: str
    folder: str


@dataclass(frozen=True, slots=True)
class DeviceFound:
    """A device of this machine: `why` is a sentence about its use, `abilities` what it is and can do.

    `weights` is the format in which it holds models that we have products of our own for, `other_weights` that of
    all others. `bandwidth` (bytes of weights a second), `layer_seconds` and `visiting` are 0 before they were measured,
    the others empty; `loaded` are the models that take memory now. `copies` says whether weights in 4 bits are held in
    a second form too, in which prompts are read.
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
    visiting: float = 0.0
    abilities: str = ""
    other_weights: str = ""
    copies: bool = True

    @property
    def speeds(self) -> Speeds | None:
        """Return what was measured, None before."""
        if not self.bandwidth:
            return None
        return Speeds(self.bandwidth, self.layer_seconds, self.formats, self.step_seconds, self.visiting)

    def weights_of(self, shape: ModelShape) -> str:
        """Return the format in which this device holds the weights of a model."""
        return self.weights if shape.packs or not self.other_weights else self.other_weights
