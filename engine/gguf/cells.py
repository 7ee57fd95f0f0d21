"""What llama.cpp takes for the text of a GGUF model, all of it when the model is loaded. Torch-free."""

from __future__ import annotations

from dataclasses import dataclass

from engine.gguf.header import GgufHeader

BATCH = 512  # tokens that are read at once
_MOST_CONTEXT = 8192  # tokens


@dataclass(frozen=True, slots=True)
class Cells:
    """`context` is the most tokens that a text sees, `count` the cells taken for all texts, each with `width` bytes
    for every number of its keys and values.
    """

    context: int
    count: int
    width: int


def cells_of(header: GgufHeader, most: int = 0) -> Cells:
    """Return what is taken for a model: room for two whole texts, whose rows share their beginnings, and a batch.

    A text sees at most `most` tokens, where 0 stands for as many as there may be.
    """
    context = min(header.number("context_length") or 2048, _MOST_CONTEXT, most or _MOST_CONTEXT)
    # A file in float32 is for comparing, so nothing of it is rounded.
    return Cells(context, 2 * context + BATCH, 4 if header.weights == "F32" else 2)
