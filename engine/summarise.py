"""Summarise mode: key sentences of any text; headline and abstract by a model."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TypeVar

from engine.errors import ModelError
from engine.events import Event, KeySentence, Notice, Progress, TextChunk, VariantFinished
from engine.generate import generate_text
from engine.instructions import summary_instruction
from engine.keysentences import key_sentences
from engine.languages import language_name
from engine.models.base import Seq2SeqDecoder
from engine.models.loaded import LoadedModel
from engine.modes import Request, SummaryStyle
from engine.reply import chat_ids
from engine.text.chapters import split_chapters
from engine.text.faithful import borrowed, misquoted, unfounded
from engine.text.segmentation import split_sentences

_T = TypeVar("_T")
_MOST_KEY_SENTENCES = 40  # more than any encoder holds
# The share of neighbouring words that come from the text, below which a summary says something else. Of the embedded
# model's for stories nearly all are below, of those for scientific abstracts one in eight; titles are freer.
_BORROWED = {SummaryStyle.ABSTRACT: 0.55, SummaryStyle.HEADLINE: 0.25}


def summarise(model: LoadedModel, request: Request, language: str) -> Iterator[Event]:
    """Yield a headline or abstract of `request.text`, written in `language` (a code).

    A text longer than the model can read is first reduced to its key sentences, and a Notice
    says so. The abstract of one that has chapters, or would have, is one of each part in a numbered line, and
    behind them one of those. Where a beam holds nothing but what the text does not say, a key sentence of the text
    stands in its place, and a Notice says so. Raises ModelError for a language or form of summary that the model does
    not know.
    """
    _check(model, request, language)
    source = request.text.strip()
    limit = _limit(model, request)
    if len(_input(model, request, source)) <= limit:
        yield from _write(model, request, source, language)
        return
    parts = split_chapters(source) if request.style is SummaryStyle.ABSTRACT else []
    if len(parts) > 1:
        yield from _by_parts(model, request, language, parts)
        return
    source, kept = yield from _reduced(model, request, source, language, limit)
    total = len(split_sentences(request.text, language))
    saw = f"{kept} key sentence{'s' * (kept != 1)} of {total:,}" if kept else "its beginning only"
    yield Notice(f"The text is longer than the model can read: it saw {saw}.")
    yield from _write(model, request, source, language)


def _by_parts(model: LoadedModel, request: Request, language: str, parts: list[str]) -> Iterator[Event]:
    """Yield an abstract of each of `parts`, as it is written, and one of the abstracts."""
    yield Notice(f"The text is long: it is summarised in {len(parts)} parts, and then as a whole.")
    limit = _limit(model, request)
    single = replace(request, variants=1)
    abstracts: list[str] = []
    notices: list[Notice] = []
    for number, part in enumerate(parts, start=1):
        done = Progress(number - 1, len(parts), "parts")
        yield done
        source, _ = yield from _within(done, _reduced(model, request, part, language, limit))
        yield TextChunk(f"{number}. ")
        written = ""
        for event in _within(done, _write(model, single, source, language)):
            if isinstance(event, TextChunk):
                written += event.text
            if isinstance(event, Notice):
                notices.append(event)
            elif not isinstance(event, VariantFinished):
                yield event
        abstracts.append(written.strip())
        yield TextChunk("\n")
    done = Progress(len(parts), len(parts), "parts")
    yield done
    source, _ = yield from _within(done, _reduced(model, request, " ".join(abstracts), language, limit))
    yield TextChunk("\n")
    if notices:
        yield Notice(f"In {len(notices)} of {len(parts)} parts no {_said_instead(request.style)}")
    yield from _within(done, _write(model, request, source, language))


def _within(done: Progress, events: Generator[Event, None, _T]) -> Generator[Event, None, _T]:
    """Yield `events`, with `done` of the whole in place of the progress of a part, and return what they return."""
    with closing(events):
        while True:
            try:
                event = next(events)
            except StopIteration as end:
                return end.value
            yield done if isinstance(event, Progress) else event


def _write(model: LoadedModel, request: Request, source: str, language: str) -> Generator[Event, None, None]:
    """Yield the summary of `source`, which the model can read, on one line."""
    ids = _input(model, request, source)
    begun: set[int] = set()
    with closing(_generate(model, request, ids, source, language)) as events:
        for event in events:
            if not isinstance(event, TextChunk):
                yield event
                continue
            text = event.text.replace("\n", " ")
            text = text if event.variant in begun else text.lstrip()
            if text:
                begun.add(event.variant)
                yield TextChunk(text, event.variant)


def _check(model: LoadedModel, request: Request, language: str) -> None:
    known = model.card.languages if model.card else ()
    if language and known and language not in known:
        names = ", ".join(map(language_name, known))
        raise ModelError(
            f"The model {model.id} summarises {names} text, and this one is {language_name(language)}: "
            "ask for key sentences, which work in every language, or choose another model."
        )
    if model.card and model.card.prompts and request.style.value not in model.card.prompts:
        raise ModelError(f"The model {model.id} cannot write {request.style.value}s: choose another form or model.")


def _limit(model: LoadedModel, request: Request) -> int:
    """Return the most tokens of input: what the encoder holds, or what leaves room for the answer."""
    decoder = model.decoder
    if isinstance(decoder, Seq2SeqDecoder):
        return decoder.source_length
    return decoder.context_length - min(request.params.max_new_tokens, decoder.context_length // 2)


def _reduced(
    model: LoadedModel, request: Request, text: str, language: str, limit: int
) -> Generator[Event, None, tuple[str, int]]:
    """Yield progress; return `text`, or as many key sentences of it as the model can read, and their number."""
    if len(_input(model, request, text)) <= limit:
        return text, 0
    ranked: list[KeySentence] = []
    for event in key_sentences(text, _MOST_KEY_SENTENCES, language):
        if isinstance(event, KeySentence):
            ranked.append(event)
        else:
            yield event
    kept: list[KeySentence] = []
    for sentence in sorted(ranked, key=lambda sentence: -sentence.score):
        more = sorted([*kept, sentence], key=lambda sentence: sentence.start)
        if len(_input(model, request, _joined(more))) <= limit:
            kept = more
    return _joined(kept) if kept else _beginning(model, request, text, limit), len(kept)


def _beginning(model: LoadedModel, request: Request, text: str, limit: int) -> str:
    """Return as much of `text`, no key sentence of which the model can read whole, as it can."""
    most = bisect_right(range(len(text) + 1), limit, key=lambda end: len(_input(model, request, text[:end])))
    return text[: max(0, most - 1)]


def _joined(sentences: list[KeySentence]) -> str:
    return " ".join(" ".join(sentence.text.split()) for sentence in sentences)


def _input(model: LoadedModel, request: Request, text: str) -> list[int]:
    """Return the ids that ask the model for this form of summary of `text`."""
    if isinstance(model.decoder, Seq2SeqDecoder):
        opening, closing_words = model.card.around(request.style.value) if model.card else ("", "")
        return model.tokenizer.encode_source(text + closing_words, opening)
    return chat_ids(model, [{"role": "user", "content": summary_instruction(text, request.style)}], "summarise")


def _generate(
    model: LoadedModel, request: Request, ids: list[int], source: str, language: str
) -> Generator[Event, None, None]:
    if not isinstance(model.decoder, Seq2SeqDecoder):
        return generate_text(model, [ids], request.params, request.variants)
    if request.params.beams > 1:
        return _most_faithful(model, request, ids, source, language)
    return generate_text(model, [], request.params, request.variants, sources=[ids])


def _most_faithful(
    model: LoadedModel, request: Request, ids: list[int], source: str, language: str
) -> Generator[Event, None, None]:
    """Yield of all hypotheses of a beam the one that claims least that `source` does not hold, of those the likeliest.

    A beam of four mostly holds one whose names and numbers are all in the text. In place of one that says what the
    text does not stands a key sentence.
    """
    beams = max(request.params.beams, request.variants)
    texts = [""] * beams
    ends: list[VariantFinished] = []
    with closing(generate_text(model, [], request.params, beams, sources=[ids])) as events:
        for event in events:
            if isinstance(event, TextChunk):
                texts[event.variant] += event.text
            elif isinstance(event, VariantFinished):
                ends.append(event)
            else:
                yield event
    claims = [_claims(text, source, request.style) for text in texts]
    ends.sort(key=lambda end: (claims[end.variant], end.variant))
    shown = ends[: request.variants]
    sentences: list[KeySentence] = []
    if any(claims[end.variant] for end in shown):
        sentences = [event for event in key_sentences(source, len(shown), language) if isinstance(event, KeySentence)]
        sentences.sort(key=lambda sentence: sentence.score)
        yield Notice(f"No {_said_instead(request.style)}")
    for variant, end in enumerate(shown):
        text = sentences.pop().text if sentences and claims[end.variant] else texts[end.variant]
        yield TextChunk(text, variant)
        yield replace(end, variant=variant)


def _claims(text: str, source: str, style: SummaryStyle) -> int:
    """Return how much of `text` its source does not say: names, numbers, quotations, and 1 for words of its own."""
    free = borrowed(text, source) < _BORROWED.get(style, 0.0)
    return len(unfounded(text, source)) + len(misquoted(text, source)) + free


def _said_instead(style: SummaryStyle) -> str:
    return f"{style.value} came out that keeps to the text: what stands there instead is a key sentence of it."
