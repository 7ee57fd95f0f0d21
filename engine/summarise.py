"""Summarise mode: key sentences of any text; headline and abstract by a model."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing

from engine.errors import ModelError
from engine.events import Event, KeySentence, Notice, TextChunk
from engine.generate import TextEvents, generate_text
from engine.instructions import summary_instruction
from engine.keysentences import key_sentences
from engine.languages import language_name
from engine.models.base import Seq2SeqDecoder
from engine.models.loaded import LoadedModel
from engine.modes import Request
from engine.text.segmentation import split_sentences

_MOST_KEY_SENTENCES = 40  # more than any encoder holds


def summarise(model: LoadedModel, request: Request, language: str) -> Iterator[Event]:
    """Yield a headline or abstract of `request.text`, written in `language` (a code).

    A text longer than the model can read is first reduced to its key sentences, and a Notice
    says so. Raises ModelError for a language or form of summary that the model does not know.
    """
    _check(model, request, language)
    source = request.text.strip()
    limit = _limit(model, request)
    if len(_input(model, request, source)) > limit:
        source = yield from _reduced(model, request, language, limit)
    ids = _input(model, request, source)[-limit:]
    begun: set[int] = set()
    with closing(_generate(model, request, ids)) as events:
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


def _reduced(model: LoadedModel, request: Request, language: str, limit: int) -> Generator[Event, None, str]:
    """Yield progress and a Notice; return as many key sentences, in their order, as the model can read."""
    ranked: list[KeySentence] = []
    for event in key_sentences(request.text, _MOST_KEY_SENTENCES, language):
        if isinstance(event, KeySentence):
            ranked.append(event)
        else:
            yield event
    kept: list[KeySentence] = []
    for sentence in sorted(ranked, key=lambda sentence: -sentence.score):
        more = sorted([*kept, sentence], key=lambda sentence: sentence.start)
        if len(_input(model, request, _joined(more))) <= limit:
            kept = more
    total = len(split_sentences(request.text, language))
    yield Notice(f"The text is longer than the model can read: it saw {len(kept)} key sentences of {total:,}.")
    return _joined(kept) or request.text


def _joined(sentences: list[KeySentence]) -> str:
    return " ".join(" ".join(sentence.text.split()) for sentence in sentences)


def _input(model: LoadedModel, request: Request, text: str) -> list[int]:
    """Return the ids that ask the model for this form of summary of `text`."""
    if isinstance(model.decoder, Seq2SeqDecoder):
        opening, closing_words = model.card.around(request.style.value) if model.card else ("", "")
        return model.tokenizer.encode_source(text + closing_words, opening)
    ids = model.tokenizer.chat([{"role": "user", "content": summary_instruction(text, request.style)}])
    if ids is None:
        raise ModelError(f"The model {model.id} only continues texts and cannot summarise: choose another.")
    return ids


def _generate(model: LoadedModel, request: Request, ids: list[int]) -> TextEvents:
    if isinstance(model.decoder, Seq2SeqDecoder):
        return generate_text(model, [], request.params, request.variants, sources=[ids])
    return generate_text(model, [ids], request.params, request.variants)
