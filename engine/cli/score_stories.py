"""Scores of the embedded story writers: bits per byte of held-out books, and the shape of what they write."""

from __future__ import annotations

from collections.abc import Iterator

from engine.catalog import ModelEntry, list_models
from engine.cli.starter_sets import BITS_BARS, BOOKS
from engine.cli.story_shape import COUNT, compare_shapes
from engine.cli.test_sets import TestSets
from engine.evaluation import score_text
from engine.events import Event, Notice, Result
from engine.modes import Mode
from engine.session import Session
from engine.text.words import count_words


def score_stories(session: Session, sets: TestSets) -> Iterator[Event]:
    """Yield a Result for each held-out text, and for the shape of continuations against each text's own."""
    for language, names in BOOKS.items():
        entry = _writer(language)
        for name in names if entry else ():
            if language != "en" and not sets.has("lm", name):
                yield Notice(f"There is no lm/{name}.txt.xz: it is left out.")
                continue
            assert entry is not None
            yield from _score(session, entry, name, sets.book(name))
            yield from compare_shapes(session, entry.id, name, sets.book(name), min(COUNT, sets.limit or COUNT))


def _writer(language: str) -> ModelEntry | None:
    models = [entry for entry in list_models() if entry.serves(Mode.WRITE)]
    return next((entry for entry in models if entry.serves(Mode.WRITE, language)), None)


def _score(session: Session, entry: ModelEntry, name: str, text: str) -> Iterator[Event]:
    model = yield from session.model(Mode.WRITE, entry.id)
    score = yield from score_text(model, text)
    bits, bar = score.bits_per_byte, BITS_BARS[name]
    yield Result(
        {
            "set": name,
            "model": entry.id,
            "measure": "bits per byte",
            "value": bits,
            "against": f"{bar:.2f}, the bar",
            "met": "yes" if bits <= bar else "no",
            "perplexity_per_token": score.perplexity,
            "perplexity_per_word": 2 ** (bits * score.size / max(1, count_words(text))),
        }
    )
