"""Vary and blend: new wordings around a sentence, and steps between two, from points of a VAE's latent space."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.errors import InputError, ModelError
from engine.events import Event, Notice, Progress, TextChunk, VariantFinished
from engine.models.loaded import LoadedModel
from engine.models.vae import VAEDecoder
from engine.modes import Request
from engine.params import SamplingParams
from engine.sampling import Sampler
from engine.search.beam import beam_search
from engine.search.rows import read_prompts
from engine.search.sample import sample
from engine.search.steps import Step
from engine.search.texts import token_rules
from engine.text.segmentation import split_sentences

_ROUNDS = 4  # in each, points lie further off
_POINTS = 6  # per variant asked for, in each round
_STRANGE = 3.5  # nats per token that a sentence costs when written from its own point


@dataclass(frozen=True, slots=True)
class _Wording:
    """A sentence that was written: how many `tokens`, and its place in the order of variants."""

    text: str
    tokens: int
    place: float


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence of the writer's as the model sees it: mean and deviation (1, Z) of its posterior."""

    text: str
    mean: Tensor
    deviation: Tensor


def vary(model: LoadedModel, request: Request) -> Iterator[Event]:
    """Yield `request.variants` new wordings of the sentence `request.text`, the closest first.

    Each is written from a point around the sentence's own; closeness is measured between points.
    The seed must be drawn already. Raises ModelError for a model of another family, InputError
    where there is no sentence.
    """
    decoder = _decoder(model)
    read = yield from _read(model, request.text)
    generator = torch.Generator().manual_seed(request.params.seed)
    found: dict[str, _Wording] = {}
    for number in range(1, _ROUNDS + 1):
        noise = torch.randn(_POINTS * request.variants, decoder.latent_size, generator=generator)
        latent = read.mean + 0.7 * number * read.deviation * noise.to(decoder.device)
        written = yield from _written(model, latent, request.params)
        distances = _distances(decoder, written, read.mean)
        _add(model, found, written, distances, {_key(read.text)})
        if len(found) >= request.variants:
            break
    yield from _shown(sorted(found.values(), key=lambda one: one.place)[: request.variants], request)


def blend(model: LoadedModel, request: Request) -> Iterator[Event]:
    """Yield `request.variants` steps from the sentence `request.text` to `request.other`, both left out.

    Written along the straight line between their points (the homotopy of Bowman et al. 2016,
    section 5.4), and around it where that gives too few. Raises what `vary` does.
    """
    decoder = _decoder(model)
    first = yield from _read(model, request.text)
    last = yield from _read(model, request.other)
    generator = torch.Generator().manual_seed(request.params.seed)
    shares = torch.arange(1, _POINTS * request.variants + 1, device=decoder.device)[:, None]
    shares = shares / (len(shares) + 1)
    line = torch.lerp(first.mean, last.mean, shares)
    deviation = torch.lerp(first.deviation, last.deviation, shares)
    found: dict[str, _Wording] = {}
    for number in range(_ROUNDS):
        noise = torch.randn(line.shape, generator=generator).to(decoder.device)
        written = yield from _written(model, line + 0.5 * number * deviation * noise, request.params)
        _add(model, found, written, shares[:, 0].tolist(), {_key(first.text), _key(last.text)})
        if len(found) >= request.variants:
            break
    steps = sorted(found.values(), key=lambda one: one.place)
    yield from _shown(_spread(steps, request.variants), request)


def _decoder(model: LoadedModel) -> VAEDecoder:
    if not isinstance(model.decoder, VAEDecoder):
        raise ModelError(f"The model {model.id} cannot vary or blend sentences: choose one trained for it.")
    return model.decoder


def _read(model: LoadedModel, text: str) -> Generator[Event, None, _Read]:
    """Return what the model makes of the first sentence of `text`; yield a Notice where that is doubtful."""
    sentences = split_sentences(" ".join(text.split()))
    if not sentences:
        raise InputError("There is no sentence to work on: write or select one.")
    if len(sentences) > 1:
        yield Notice(f'Only the first of {len(sentences)} sentences was taken: "{sentences[0].text}"')
    decoder = _decoder(model)
    sentence = sentences[0].text
    ids = model.tokenizer.encode(sentence)
    longest = decoder.context_length - 1
    if len(ids) > longest:
        yield Notice(f"The sentence is longer than this model can hold: only its first {longest} tokens were read.")
    row = torch.tensor([[*ids[:longest], min(decoder.end_ids)]], device=decoder.device)
    mean, log_variance = decoder.encode_text(row)
    if float(decoder.nll(row, mean).mean()) > _STRANGE:
        yield Notice(
            f'The sentence "{sentence}" is unlike those this model has learnt from: expect wordings far from it, '
            "or train a model on texts like it."
        )
    return _Read(sentence, mean, (0.5 * log_variance).exp())


def _written(model: LoadedModel, latent: Tensor, params: SamplingParams) -> Generator[Event, None, list[list[int]]]:
    """Return the likeliest ids of a sentence for each point of `latent` (N, Z); yield after every step.

    A sentence that finds no end is none: no ids are returned for it.
    """
    decoder = _decoder(model)
    count = len(latent)
    reading = read_prompts(decoder, [decoder.start_ids] * count, decoder.state_of(latent))
    while True:
        try:
            next(reading)
        except StopIteration as end:
            rows = end.value
            break
    params = replace(params, temperature=0)  # the points differ: drawing words as well would only blur them
    limit = min(params.max_new_tokens, decoder.context_length)
    rules = token_rules(model, params)
    searching = (
        beam_search(rows, params, limit, rules)
        if params.beams > 1
        else sample(rows, Sampler(params, [params.seed] * count, rules), limit)
    )
    written: list[list[int]] = [[] for _ in range(count)]
    for place, step in enumerate(searching, start=1):
        assert isinstance(step, Step)
        for number, ids in step.ids:
            written[number] += ids
        for ending in step.endings:
            if ending.reason == "length":
                written[ending.number] = []
        yield Progress(place, limit, "tokens")
    return written


def _distances(decoder: VAEDecoder, written: Sequence[Sequence[int]], mean: Tensor) -> list[float]:
    """Return how far from `mean` (1, Z) the points of the sentences `written` lie."""
    width = max(map(len, written)) + 1
    end = min(decoder.end_ids)
    rows = [[*ids, end, *[decoder.pad_id] * (width - len(ids) - 1)] for ids in written]
    lengths = torch.tensor([len(ids) + 1 for ids in written], device=decoder.device)
    mask = torch.arange(width, device=decoder.device) < lengths[:, None]
    means, _ = decoder.encode_text(torch.tensor(rows, device=decoder.device), mask)
    return (means - mean).norm(dim=1).tolist()


def _add(
    model: LoadedModel,
    found: dict[str, _Wording],
    written: Sequence[Sequence[int]],
    places: Sequence[float],
    known: set[str],
) -> None:
    """Note the sentences that are new: not empty, not among `known`, each once."""
    for ids, place in zip(written, places, strict=True):
        text = model.tokenizer.decode(ids).strip()
        key = _key(text)
        if key and key not in known:
            found.setdefault(key, _Wording(text, len(ids), place))


def _key(text: str) -> str:
    """Return what two texts share that differ in case, spacing or marks alone."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


def _spread(steps: Sequence[_Wording], count: int) -> list[_Wording]:
    """Return `count` of `steps`, evenly from the first to the last."""
    if len(steps) <= count:
        return list(steps)
    return [steps[(2 * place + 1) * len(steps) // (2 * count)] for place in range(count)]


def _shown(wordings: Sequence[_Wording], request: Request) -> Iterator[Event]:
    if len(wordings) < request.variants:
        yield Notice(f"The model found {len(wordings) or 'no'} different wordings of {request.variants} asked for.")
    for variant, wording in enumerate(wordings):
        yield TextChunk(wording.text, variant)
        yield VariantFinished(variant, "end", wording.tokens, request.params.seed)
