"""Where the writer wants models to run, and how their weights shall be held. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placement:
    """A device by name ("" chooses the best), a format of weights ("auto" chooses), and a consent.

    `split` allows a model that is larger than the GPU's memory to keep the rest of its layers in main memory.
    """

    device: str = ""
    weights: str = "auto"
    split: bool = False

    @property
    def arguments(self) -> list[str]:
        """Return the options of an engine process that say so."""
        return ["--device", self.device, "--weights", self.weights, *(["--split"] if self.split else [])]
