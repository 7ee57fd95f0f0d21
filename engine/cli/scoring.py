"""Scores of whole models on test sets, as generators; imports torch."""

from __future__ import annotations

import itertools
import time
from collections.abc import Generator, Iterator
from pathlib import Path

from engine.catalog import ModelEntry, default_model
from engine.cli.evaluating import read_text
from engine.device import choose_device
from engine.errors import InputError
from engine.evaluation import bleu, chrf, rouge, score_text
from engine.events import Event, Progress, Result, TextChunk
from engine.models.loaded import load_model
from engine.modes import Mode, Request, SummaryStyle
from engine.presets import load_presets
from engine.session import Session
from engine.text.segmentation import split_sentences

_TRANSLATION_SETS = {
    "de": "tatoeba-test3k.en-de",
    "fr": "tatoeba-test3k.en-fr",
    "es": "tatoeba-test3k.en-es",
    "zh": "tatoeba-heldout1k.en-zh",
}
_SUMMARY_SETS = {
    SummaryStyle.HEADLINE: "arxiv_abstract_title.test",
    SummaryStyle.ABSTRACT: "scitldr.test",
}
_BOOKS = "lm/gutenberg_heldout_books.txt.xz"


def score_with(entry: ModelEntry, text: str, stride: int | None, device: str, weights: str) -> Iterator[Event]:
    """Yield progress and then a Result with perplexity and bits per byte of `text`."""
    model = yield from load_model(entry.folder, choose_device(device, weights), entry.id)
    score = yield from score_text(model, text, stride)
    yield Result({"perplexity": score.perplexity, "bits_per_byte": score.bits_per_byte, "tokens": score.tokens})


def score_starters(folder: Path, limit: int | None, device: str, weights: str) -> Iterator[Event]:
    """Yield progress and a Result for each test set in `folder`, using its first `limit` lines."""
    session = Session(device=device, weights=weights)
    for language, name in _TRANSLATION_SETS.items():
        pairs = _read_pairs(folder / "translation" / f"{name}.tsv.xz", limit)
        english, other = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        yield from _score_translation(session, name, "en", language, english, other)
        yield from _score_translation(session, name, language, "en", other, english)
    for style, name in _SUMMARY_SETS.items():
        yield from _score_summaries(session, name, style, _read_pairs(folder / "summary" / f"{name}.tsv.xz", limit))
    text = "".join(itertools.islice(read_text(folder / _BOOKS).splitlines(keepends=True), limit))
    for event in score_with(default_model(Mode.WRITE), text, None, device, weights):
        yield Result({"set": Path(_BOOKS).name.split(".")[0], **event.values}) if isinstance(event, Result) else event


def _score_translation(
    session: Session, name: str, source: str, target: str, texts: list[str], references: list[str]
) -> Iterator[Event]:
    request = Request(
        Mode.TRANSLATE,
        "\n".join(texts),
        next(iter(load_presets(Mode.TRANSLATE).values())).params,
        source_language=source,
        target_language=target,
    )
    started = time.monotonic()
    translation = yield from _text_of(session, request)
    lines = translation.split("\n")
    yield Result(
        {
            "set": name,
            "direction": f"{source}-{target}",
            "bleu": bleu(lines, references, "zh" if target == "zh" else "13a"),
            "chrf": chrf(lines, references),
            "lines": len(lines),
            "seconds": time.monotonic() - started,
        }
    )


def _score_summaries(session: Session, name: str, style: SummaryStyle, pairs: list[tuple[str, str]]) -> Iterator[Event]:
    params = next(iter(load_presets(Mode.SUMMARISE).values())).params
    summaries, references = [], [reference for _, reference in pairs]
    for number, (text, _) in enumerate(pairs, start=1):
        request = Request(Mode.SUMMARISE, text, params, style=style, source_language="en")
        summary = yield from _text_of(session, request)
        summaries.append(summary.strip())
        yield Progress(number, len(pairs), name)
    leads = [split_sentences(text, "en")[0].text for text, _ in pairs]
    yield Result({"set": name, "system": style.value, **rouge(summaries, references)})
    yield Result({"set": name, "system": "first sentence", **rouge(leads, references)})


def _text_of(session: Session, request: Request) -> Generator[Event, None, str]:
    """Run `request`, yield all but its text, and return that."""
    parts = []
    for event in session.run(request):
        if isinstance(event, TextChunk):
            parts.append(event.text)
        else:
            yield event
    return "".join(parts)


def _read_pairs(path: Path, limit: int | None) -> list[tuple[str, str]]:
    lines = itertools.islice(read_text(path).splitlines(), limit)
    pairs = [tuple(line.split("\t")) for line in lines]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise InputError(f"{path} is not a table of two columns: check the file.")
    return [(source, target) for source, target in pairs]
