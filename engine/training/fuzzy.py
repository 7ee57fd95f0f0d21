"""What a translation memory gives without a model: the translation of the most similar source. Torch-free."""

from __future__ import annotations

from collections.abc import Generator

from rapidfuzz import fuzz, process

from engine.events import Progress
from engine.training.tables import Pair

_EVERY = 20


def best_matches(memory: list[Pair], sources: list[str]) -> Generator[Progress, None, list[str]]:
    """Return for each of `sources` the target in `memory` whose source is most similar (normalised indel distance)."""
    known = [source for source, _ in memory]
    found: list[str] = []
    for number, source in enumerate(sources):
        if number % _EVERY == 0:
            yield Progress(number, len(sources), "lines", "looking up similar sentences")
        match = process.extractOne(source, known, scorer=fuzz.ratio)
        found.append(memory[match[2]][1] if match else "")
    return found
