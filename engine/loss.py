"""What fewer bits cost a model's predictions: as its card states it, and in words. Torch-free."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from engine.card import read_card, write_card
from engine.errors import ModelError, StorageError
from engine.guessed_card import guess_card
from engine.model_files import read_json

_BITS = {"int8": "8", "int4": "4"}
_UNMEASURED = "What 8 or 4 bits cost its predictions was not measured."


def loss_sentence(folder: Path) -> str:
    """Return what a model loses in 8 and 4 bits, "" where it is not held in a format of the writer's choice."""
    losses = losses_of(folder)
    if losses is None:
        return ""
    known = [(bits, losses[name]) for name, bits in _BITS.items() if name in losses]
    if not known:
        return _UNMEASURED
    (bits, loss), *others = known
    rest = "".join(f", in {bits} bits {_change(loss)}" for bits, loss in others)
    return f"Held in {bits} bits it predicts {_change(loss)} than in 32{rest}."


def loss_words(losses: Mapping[str, float] | None, weights: str) -> str:
    """Return what a model loses in the format `weights` as a sentence, "" where there is nothing to say of it."""
    if losses is None or weights not in _BITS:
        return ""
    return f"Predicts {_change(losses[weights])} than in float32." if weights in losses else "Its loss is not measured."


def losses_of(folder: Path) -> dict[str, float] | None:
    """Return by how many per cent a model's perplexity rises in a format, empty where nobody measured it.

    None is a model whose format is its own: of a GGUF file, or of a family that is not packed.
    """
    if folder.is_file():
        return None
    try:
        if str(read_json(folder / "config.json").get("model_type", "")).startswith("penwright-"):
            return None
        card = read_card(folder)
    except ModelError:
        return None  # a damaged model, which loading says better
    return {} if card is None else {name: loss for name, loss in card.loss.items() if math.isfinite(loss)}


def keep_losses(folder: Path, losses: dict[str, float]) -> None:
    """Write what was measured into the card of the model in `folder`. Raises ModelError or StorageError."""
    card = read_card(folder) or guess_card(folder, read_json(folder / "config.json"))
    try:
        write_card(folder, replace(card, loss=losses))
    except OSError as error:
        raise StorageError(f"The card of {folder.name} cannot be written: {error.strerror}.") from error


def _change(loss: float) -> str:
    """Return a loss of so many per cent in two digits, as the middle of a sentence."""
    if abs(loss) < 0.005:
        return "no worse"
    size = abs(loss)
    digits = 2 if size < 1 else 1 if size < 10 else 0
    return f"{size:.{digits}f} % {'worse' if loss > 0 else 'better'}"
