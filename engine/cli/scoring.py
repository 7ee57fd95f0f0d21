"""Scores of whole models on test sets, as generators; imports torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from engine.catalog import ModelEntry
from engine.cli.evaluating import TABLES
from engine.cli.score_stories import score_stories
from engine.cli.score_summaries import score_summaries
from engine.cli.score_translations import score_odd_inputs, score_translations
from engine.cli.test_sets import TestSets
from engine.device import choose_device
from engine.evaluation import score_text
from engine.events import Event, Notice, Result
from engine.models.loaded import load_model
from engine.session import Session


def score_with(entry: ModelEntry, text: str, stride: int | None, device: str, weights: str) -> Iterator[Event]:
    """Yield progress and then a Result with perplexity and bits per byte of `text`."""
    model = yield from load_model(entry.folder, choose_device(device, weights), entry.id)
    score = yield from score_text(model, text, stride)
    yield Result({"perplexity": score.perplexity, "bits_per_byte": score.bits_per_byte, "tokens": score.tokens})


def score_starters(
    folder: Path, limit: int | None, device: str, weights: str, tables: tuple[str, ...] = TABLES
) -> Iterator[Event]:
    """Yield progress and a Result for each row of each of `tables`, from the first `limit` lines of the test sets.

    Raises InputError for a set that is missing.
    """
    sets = TestSets(folder, limit)
    session = Session(device=device, weights=weights)
    scorers = {
        "translator": score_translations,
        "odd inputs": score_odd_inputs,
        "summaries": score_summaries,
        "stories": score_stories,
    }
    for table in tables:
        for event in scorers[table](session, sets):
            yield replace(event, values={"table": table, **event.values}) if isinstance(event, Result) else event
    if limit:
        yield Notice(f"Of every set, the first {limit:,} lines: other figures than those of the whole.")
