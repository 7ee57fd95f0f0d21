"""Leave out of what is learnt: what does not look like a translation, and what a test will ask."""

from __future__ import annotations

import math
import statistics
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

from engine.errors import InputError
from engine.events import Progress
from engine.text.language import detect_language
from engine.text.loops import loops
from engine.training.corpus import Pair, Texts, read_lines
from engine.training.duplicates import NearDuplicates
from engine.training.recipe import Recipe

_FACTOR = 2.2  # how much longer or shorter than usual a translation may be
_SLACK = 10  # bytes added to both lengths: short texts vary more
_TELLING = 25  # characters from which a language is told reliably
_EVERY = 20_000  # texts between two yields


def clean_texts(texts: list[Texts], recipe: Recipe, data: Path) -> Generator[Progress, None, list[Texts]]:
    """Return `texts` without what the recipe excludes and, where it names languages, without odd pairs.

    Raises InputError for test sets that are not there.
    """
    asked = NearDuplicates(_excluded(recipe, data))
    total = sum(len(entry.training) for entry in texts)
    done, cleaned = 0, []
    for entry in texts:
        fits = _Translations(entry) if entry.source.languages else None
        kept: list[Pair] = []
        for number, row in enumerate(entry.training):
            if number % _EVERY == 0:
                yield Progress(done + number, total, "texts", "cleaning")
            if (fits is None or fits(row)) and not any(text in asked for text in row):
                kept.append(row)
        done += len(entry.training)
        cleaned.append(replace(entry, training=kept))
    yield Progress(total, total, "texts", f"{total - sum(len(entry.training) for entry in cleaned):,} left out")
    return cleaned


def _excluded(recipe: Recipe, data: Path) -> Iterator[str]:
    """Yield the texts of the files in the folders that the recipe excludes: lines, or the columns of tables."""
    for folder in recipe.exclude:
        paths = sorted(path for path in (data / folder).glob("*") if path.name.endswith((".tsv.xz", ".tsv")))
        if not paths:
            raise InputError(
                f"There are no tables in {data / folder}, whose texts the recipe keeps out of training: "
                "put the test sets there, or take the folder out of the recipe's exclude."
            )
        for path in paths:
            for line in read_lines(path):
                yield from line.split("\t")


class _Translations:
    """Tell whether pairs look like translations, by the lengths that are usual among `texts` and by language."""

    def __init__(self, texts: Texts) -> None:
        self._languages = texts.source.languages
        ratios = [_ratio(row) for row in texts.training if all(row)]
        self._usual = statistics.median(ratios) if ratios else 0.0

    def __call__(self, row: Pair) -> bool:
        first, second = row
        if not (first.strip() and second.strip()) or abs(_ratio(row) - self._usual) > math.log(_FACTOR):
            return False
        if loops(second, first) or loops(first, second):
            return False
        own, other = self._languages
        return not (_is(first, other) or _is(second, own))


def _ratio(row: Pair) -> float:
    """Return the logarithm of how much longer the first text is, in bytes, by which Chinese is as long as others."""
    first, second = (len(text.encode()) + _SLACK for text in row)
    return math.log(first / second)


def _is(text: str, language: str) -> bool:
    """Tell whether `text` is clearly in `language`."""
    return (len(text) >= _TELLING or language == "zh") and detect_language(text) == language
