"""Text from a loaded model, in three tiers, each calling the one below: token steps, chunks, strings."""

from __future__ import annotations

import secrets
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace

from engine.detokenizer import Detokenizer
from engine.errors import InputError
from engine.events import ContextUsed, Progress, Speed, TextChunk, VariantFinished
from engine.models.base import Seq2SeqDecoder
from engine.models.loaded import LoadedModel
from engine.params import SamplingParams
from engine.phrases import Phrases
from engine.search.steps import PromptRead, Step
from engine.search.texts import SEEDS, TokenSteps, search_texts
from engine.speed import SpeedMeter
from engine.textstream import TextStream

_TOKENS_A_REPORT = 8  # seldom enough to cost nothing, often enough for a bar to move

TextEvents = Generator[TextChunk | VariantFinished | ContextUsed | Progress | Speed, None, None]


def generate_tokens(
    model: LoadedModel,
    prompts: Sequence[Sequence[int]],
    params: SamplingParams,
    variants: int = 1,
    sources: Sequence[Sequence[int]] | None = None,
) -> TokenSteps:
    """Yield the steps of the search that `params` asks for; answer with the numbers of texts to close.

    One prompt has texts 0..variants-1, a batch of prompts one text each. No prompts, or an empty
    one, stand for the ids a text begins with. Encoder-decoders look at `sources`, one per prompt.
    Raises InputError for a text longer than the model reads, ValueError for arguments that do not
    fit together.
    """
    count = len(sources) if sources is not None else 1
    filled = [list(prompt) or list(model.decoder.start_ids) for prompt in prompts or [[]] * count]
    _check(model, filled, variants, sources)
    return search_texts(model, filled, _seeded(params), variants, sources)


def generate_text(
    model: LoadedModel,
    prompts: Sequence[Sequence[int]],
    params: SamplingParams,
    variants: int = 1,
    sources: Sequence[Sequence[int]] | None = None,
) -> TextEvents:
    """Yield text as it is settled, for the arguments of `generate_tokens`.

    Every step yields something, so that it can be the last. Text i draws with seed + i; the
    same arguments give the same text. Stop strings end a text and are not part of it. Speed comes
    a few times a second and at the end.
    """
    params = _seeded(params)
    steps = generate_tokens(model, prompts, params, variants, sources)
    yield _context_used(model, prompts, sources)
    stops = Phrases(params.stop)
    count = max(variants, len(prompts), len(sources or ()))
    contexts = [prompts[min(number, len(prompts) - 1)] if prompts else () for number in range(count)]
    streams = [TextStream(Detokenizer(model.tokenizer, context), stops) for context in contexts]
    closed: set[int] = set()
    meter = SpeedMeter()
    with closing(steps):
        step = next(steps, None)
        while step is not None:
            yield from _events(step, streams, closed, params)
            if isinstance(step, PromptRead):
                meter.start()
            elif speed := meter.note(_written(streams)):
                yield speed
            try:
                step = steps.send(closed)
            except StopIteration:
                yield meter.total(_written(streams))
                return


def generate(
    model: LoadedModel,
    prompts: Sequence[Sequence[int]],
    params: SamplingParams,
    variants: int = 1,
    sources: Sequence[Sequence[int]] | None = None,
) -> list[str]:
    """Return the whole texts, for the arguments of `generate_tokens`."""
    texts = [""] * max(variants, len(prompts), len(sources or ()))
    for event in generate_text(model, prompts, params, variants, sources):
        if isinstance(event, TextChunk):
            texts[event.variant] += event.text
    return texts


def _events(step: PromptRead | Step, streams: list[TextStream], closed: set[int], params: SamplingParams) -> TextEvents:
    if isinstance(step, PromptRead):
        yield Progress(step.done, step.total, "tokens", "Reading")
        return
    quiet = True
    for number, ids in step.ids:
        if number not in closed:
            chunk = streams[number].add(ids)
            if chunk:
                quiet = False
                yield TextChunk(chunk, number)
    endings = {ending.number: ending.reason for ending in step.endings}
    for number in [number for number, stream in enumerate(streams) if stream.stopped or number in endings]:
        if number not in closed:
            quiet = False
            closed.add(number)
            yield from _finish(streams[number], number, endings.get(number, "stop"), params)
    tokens = max(stream.tokens for stream in streams)
    before = tokens - max((len(ids) for _, ids in step.ids), default=0)
    if quiet or tokens // _TOKENS_A_REPORT > before // _TOKENS_A_REPORT:
        yield Progress(tokens, params.max_new_tokens, "tokens")


def _written(streams: list[TextStream]) -> int:
    return sum(stream.tokens for stream in streams)


def _finish(stream: TextStream, number: int, reason: str, params: SamplingParams) -> TextEvents:
    rest = "" if stream.stopped else stream.finish()
    if rest:
        yield TextChunk(rest, number)
    seed = (params.seed + number) % SEEDS
    yield VariantFinished(number, "stop" if stream.stopped else reason, stream.tokens, seed)


def _seeded(params: SamplingParams) -> SamplingParams:
    return params if params.seed >= 0 else replace(params, seed=secrets.randbelow(2**32))


def _context_used(
    model: LoadedModel, prompts: Sequence[Sequence[int]], sources: Sequence[Sequence[int]] | None
) -> ContextUsed:
    decoder = model.decoder
    if sources is not None and isinstance(decoder, Seq2SeqDecoder):
        return ContextUsed(max(map(len, sources)), decoder.source_length)
    return ContextUsed(max(map(len, prompts), default=len(decoder.start_ids)), decoder.context_length)


def _check(
    model: LoadedModel, prompts: list[list[int]], variants: int, sources: Sequence[Sequence[int]] | None
) -> None:
    decoder = model.decoder
    if variants < 1 or (variants > 1 and len(prompts) > 1):
        raise ValueError(f"{variants} variants of {len(prompts)} prompts")
    if (sources is not None) != isinstance(decoder, Seq2SeqDecoder):
        raise ValueError("sources are for encoder-decoders, which need them")
    if sources is not None and (len(sources) != len(prompts) or not all(sources)):
        raise ValueError(f"{len(sources)} sources, some perhaps empty, for {len(prompts)} prompts")
    longest, limit = max(map(len, prompts)), decoder.context_length
    if sources is not None and isinstance(decoder, Seq2SeqDecoder) and max(map(len, sources)) > decoder.source_length:
        longest, limit = max(map(len, sources)), decoder.source_length
    if longest > limit:
        raise InputError(
            f"The text is {longest} tokens long, but this model reads {limit} at most: "
            "shorten it or choose another model."
        )
