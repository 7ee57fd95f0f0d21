"""Surprise map: how startling each word of a text is to a language model."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator
from typing import Any

import torch

from engine.errors import InputError, ModelError
from engine.evaluation import token_nats
from engine.events import Event, Progress, Result, Surprises
from engine.models.base import Seq2SeqDecoder
from engine.models.loaded import LoadedModel
from engine.modes import Request
from engine.text.language import detect_language
from engine.text.segmentation import split_sentences
from engine.text.words import count_words

Word = tuple[int, int, float]  # start, end, bits

_WORD = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"  # Chinese and Japanese have no spaces: a sign is a word
    "|(?:(?![\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])[\\w’'])+"
    r"|[^\w\s]+"
)
_LISTED = 5  # passages at either end of the list
_SHORTEST = 4  # words of a passage that says something about the writing


def surprise(model: LoadedModel, request: Request) -> Iterator[Event]:
    """Yield the Surprises of the words of `request.text` as they are known, Progress, and a Result.

    Words come in order and are never taken back; marks between words are words of their own. A token's
    bits are those of the model for it after all that stands before it, in windows that slide by half.
    They go to the words it covers by their letters in it, or if it covers none to the next word.
    The Result has `words`, `bits_per_word`, and the sentences `flattest` (below that, the flattest first)
    and `startling` (above it), each with `start`, `end`, `bits_per_word` and `text`. Raises InputError for a
    text without words, ModelError for a model that only turns one text into another.
    """
    found: list[Word] = []
    for event in word_bits(model, request.text):
        if isinstance(event, Surprises):
            found += event.words
        yield event
    total, words = sum(bits for _, _, bits in found), max(1, count_words(request.text))
    mean = total / words
    passages = sorted(passage_bits(request, found), key=lambda passage: passage["bits_per_word"])
    if len(passages) < 2:
        passages = []  # there is nothing to compare it with
    flat = [passage for passage in passages if passage["bits_per_word"] < mean]
    startling = [passage for passage in reversed(passages) if passage["bits_per_word"] > mean]
    yield Result(
        {
            "words": words,
            "bits_per_word": mean,
            "flattest": flat[:_LISTED],
            "startling": startling[:_LISTED],
        }
    )


def word_bits(model: LoadedModel, text: str) -> Iterator[Surprises | Progress]:
    """Yield the words of `text` with their bits as they are known. Raises what `surprise` does."""
    decoder = model.decoder
    if isinstance(decoder, Seq2SeqDecoder):
        raise ModelError(f"The model {model.id} only turns one text into another: choose one that writes.")
    words = [match.span() for match in _WORD.finditer(text)]
    if not words:
        raise InputError("There are no words in the text: write or select some.")
    ids, spans = model.tokenizer.encode_spans(text)
    ledger = _Ledger(words, spans)
    bits = [] if decoder.start_ids else [math.log2(decoder.vocab_size)]  # nothing stands before the first token
    parts = token_nats(decoder, [*decoder.start_ids, *ids])
    for nats in itertools.chain(parts, [torch.empty(0)]):
        known = ledger.charge(bits + (nats / math.log(2)).tolist())
        bits = []
        if known:
            yield Surprises(known)
        yield Progress(ledger.charged, len(ids), "tokens")


def passage_bits(request: Request, words: list[Word]) -> list[dict[str, Any]]:
    """Return the sentences of `request.text` that are long enough, with the mean bits of their `words`."""
    language = request.source_language or detect_language(request.text)
    found: list[dict[str, Any]] = []
    place = 0
    for sentence in split_sentences(request.text, language or "en"):
        bits = 0.0
        while place < len(words) and words[place][0] < sentence.end:
            bits += words[place][2]
            place += 1
        count = count_words(sentence.text)
        if count >= _SHORTEST:
            found.append(
                {"start": sentence.start, "end": sentence.end, "bits_per_word": bits / count, "text": sentence.text}
            )
    return found


class _Ledger:
    """Charge the bits of tokens to words: `words` and `tokens` are `[start, end)` in order."""

    def __init__(self, words: list[tuple[int, int]], tokens: list[tuple[int, int]]) -> None:
        self._words = words
        self._tokens = tokens
        self._bits = [0.0] * len(words)
        self._settled = 0  # words that were returned
        self._at = 0  # the first word that ends after the token's start
        self.charged = 0  # tokens

    def charge(self, bits: list[float]) -> list[Word]:
        """Charge the `bits` of the next tokens; return the words that no later token can touch."""
        for value in bits:
            self._charge(value, *self._tokens[self.charged])
            self.charged += 1
        over = self.charged == len(self._tokens)
        ahead = 0 if over else self._tokens[self.charged][0]
        first, last = self._settled, len(self._words) - 1  # white space at the end of the text goes to the last word
        while self._settled <= last and (over or (self._settled < last and self._words[self._settled][1] <= ahead)):
            self._settled += 1
        return [(*self._words[place], self._bits[place]) for place in range(first, self._settled)]

    def _charge(self, bits: float, start: int, end: int) -> None:
        last = len(self._words) - 1
        while self._at < last and self._words[self._at][1] <= start:
            self._at += 1
        shares = []
        for place in range(self._at, last + 1):
            begin, stop = self._words[place]
            if begin >= end:
                break
            shares.append((place, max(0, min(end, stop) - max(start, begin))))
        covered = sum(share for _, share in shares)
        for place, share in shares if covered else [(self._at, covered)]:
            self._bits[place] += bits * share / covered if covered else bits
