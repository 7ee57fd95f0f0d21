"""Surprise map: how startling each word of a text is to a language model."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import torch

from engine.errors import ModelError
from engine.evaluation import token_nats
from engine.events import Event, Progress, Surprises
from engine.models.base import Seq2SeqDecoder
from engine.models.loaded import LoadedModel
from engine.modes import Request
from engine.word_bits import Ledger, Word, find_words, summed_up


def surprise(model: LoadedModel, request: Request) -> Iterator[Event]:
    """Yield the Surprises of the words of `request.text` as they are known, Progress, and a Result.

    Words come in order and are never taken back; marks between words are words of their own. A token's
    bits are those of the model for it after all that stands before it, in windows that slide by half.
    The Result is that of `summed_up`. Raises InputError for a text without words, ModelError for a model that only
    turns one text into another.
    """
    found: list[Word] = []
    for event in word_bits(model, request.text):
        if isinstance(event, Surprises):
            found += event.words
        yield event
    yield summed_up(request, found)


def word_bits(model: LoadedModel, text: str) -> Iterator[Surprises | Progress]:
    """Yield the words of `text` with their bits as they are known. Raises what `surprise` does."""
    decoder = model.decoder
    if isinstance(decoder, Seq2SeqDecoder):
        raise ModelError(f"The model {model.id} only turns one text into another: choose one that writes.")
    words = find_words(text)
    ids, spans = model.tokenizer.encode_spans(text)
    ledger = Ledger(words, spans)
    bits = [] if decoder.start_ids else [math.log2(decoder.vocab_size)]  # nothing stands before the first token
    parts = token_nats(decoder, [*decoder.start_ids, *ids])
    for nats in itertools.chain(parts, [torch.empty(0)]):
        known = ledger.charge(bits + (nats / math.log(2)).tolist())
        bits = []
        if known:
            yield Surprises(known)
        yield Progress(ledger.charged, len(ids), "tokens")
