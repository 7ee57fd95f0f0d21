"""What fewer bits cost a model: the perplexity of a text in every weight format, against float32."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator

import torch

from engine.catalog import ModelEntry
from engine.device import SMALL, WEIGHTS, Device, choose_device
from engine.errors import DeviceError, InputError, ModelError
from engine.events import Event, Progress, Result
from engine.loss import losses_of
from engine.models.base import DecoderState, ScoringDecoder
from engine.models.loaded import LoadedModel, load_model

_TOKENS = 8  # at a time, as decoding reads at most: the formats read long prompts another way


def score_weights(entry: ModelEntry, text: str, device: str = "cpu") -> Generator[Event, None, dict[str, float]]:
    """Yield progress and a Result for every format that `device` can hold the model in; float32 comes first.

    Returns by how many per cent the perplexity of `text` rises in 8 and in 4 bits. Raises ModelError for a model that
    has but one format or does not continue texts, InputError for a text that is too short.
    """
    if losses_of(entry.folder) is None:
        raise ModelError(f"The model {entry.id} has a format of its own: there is nothing to compare.")
    whole, losses = 0.0, {}
    for weights in WEIGHTS:
        try:
            held, perplexity, tokens = yield from _score(entry, text, choose_device(device, weights))
        except DeviceError:
            continue  # this machine has no products for it, or no room
        if held == weights:
            whole = whole or perplexity
            loss = 100 * (perplexity / whole - 1)
            yield Result({"weights": weights, "perplexity": perplexity, "loss": loss, "tokens": tokens})
            if weights in SMALL:
                losses[weights] = round(loss, 2)
    return losses


def _score(entry: ModelEntry, text: str, device: Device) -> Generator[Event, None, tuple[str, float, int]]:
    """Return how the model is held on `device`, and what `_perplexity` does; it is loaded no longer than that."""
    model = yield from load_model(entry.folder, device, entry.id)
    return model.held, *(yield from _perplexity(model, text))


def _perplexity(model: LoadedModel, text: str) -> Generator[Event, None, tuple[float, int]]:
    """Return perplexity and predicted tokens of `text`, in windows that do not overlap."""
    decoder = model.decoder
    if not isinstance(decoder, ScoringDecoder):
        raise ModelError(f"The model {model.id} only turns one text into another: choose one that writes.")
    ids = torch.tensor([*decoder.start_ids, *model.tokenizer.encode(text)], device=decoder.device)
    if len(ids) < 2:
        raise InputError("The text is too short to be scored: give at least two words.")
    nats, count = 0.0, 0
    for window in ids.split(decoder.context_length):
        for part in _nats(decoder, window):
            nats, count = nats + part.sum().item(), count + len(part)
            yield Progress(count, len(ids), "tokens", f"Scoring in {model.held}")
    return math.exp(nats / count), count


def _nats(decoder: ScoringDecoder, window: torch.Tensor) -> Iterator[torch.Tensor]:
    """Yield the nats of every id of `window` (T,) but the first, some at a time."""
    state: DecoderState = decoder.new_state(1)
    for start in range(0, len(window) - 1, _TOKENS):
        logits, state = decoder.all_logits(window[None, start : start + _TOKENS], state)
        targets = window[start + 1 : start + 1 + _TOKENS]
        yield torch.nn.functional.cross_entropy(logits[0, : len(targets)].float(), targets, reduction="none")
