"""Where the writer wants models to run, how their weights shall be held, and how much they may read. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass

CONTEXTS = (2048, 4096, 8192, 16_384, 32_768)  # tokens, of which the writer can choose


@dataclass(frozen=True, slots=True)
class Placement:
    """A device by name ("" chooses the best), a format of weights ("auto" chooses), a consent, and a limit.

    `split` allows a model that is larger than the GPU's memory to keep the rest of its layers in main memory. A model
    reads up to `context` tokens at once; 0 is as many as it can.
    """

    device: str = ""
    weights: str = "auto"
    split: bool = False
    context: int = 0

    @property
    def arguments(self) -> list[str]:
        """Return the options of an engine process that say so."""
        limit = ["--context", str(self.context)] if self.context else []
        return ["--device", self.device, "--weights", self.weights, *(["--split"] if self.split else []), *limit]


def shorter_context(context: int) -> int:
    """Return the choice below `context`, 0 where there is none; below 0, which is no limit, 4,096."""
    return max((choice for choice in CONTEXTS if choice < context), default=0) if context else CONTEXTS[1]
