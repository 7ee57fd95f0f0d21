"""Complete mode: a few words that may come next, while the writer types.

Two sets of candidates come one after the other: those of n-grams, which are there at once, and those of the
model. Each set is a Result {"source": "ngram" or "model"}, a TextChunk per candidate (its variant is its
place in the set, the likeliest first) and a Progress in "sets". The second set is complete by itself and
takes the place of the first: the model's candidates, then those of the first that it did not think of.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from engine.cache import PrefixCache
from engine.device import choose_device
from engine.errors import ModelError
from engine.events import Event, Progress, Result, TextChunk
from engine.models import ngram
from engine.models.base import HiddenDecoder, Seq2SeqDecoder
from engine.models.kneser_ney import KneserNey
from engine.models.loaded import LoadedModel
from engine.models.ngram import NgramDecoder
from engine.models.ngram_counts import count_ngrams
from engine.modes import Request
from engine.neural_cache import NeuralCache
from engine.openings import Surfaces, split_opening
from engine.reading import Reading, window
from engine.search.branch import Standards, branch
from engine.search.rows import Rows
from engine.search.texts import keep_rows, read_rows
from engine.tokenizer import TextTokenizer

_LONGEST = 12  # tokens of a candidate, those of the word that was begun not counted
_WINDOW = 512  # ids that a model reads of a text: more would not come in time
_FEWEST = 40  # ids of a text that there is something to learn from
_CONTEXT = 8  # ids that are enough for n-grams to look back on
_NGRAM_SURE, _MODEL_SURE = 0.2, 0.05
_NGRAM_WITHIN = 0.25  # n-grams that saw a word once undervalue the rest of it
_PLAUSIBLE = 1e-4


def complete(model: LoadedModel, request: Request) -> Iterator[Event]:
    """Yield the candidates for what follows `request.text`; see `Completer`."""
    yield from Completer(model).complete(request)


class Completer:
    """Complete texts with `model`, and remember what it has read from one request to the next.

    An n-gram model in the folder `ngram` inside the model's works together with that of the text.
    Raises ModelError for a model that only turns one text into another.
    """

    def __init__(self, model: LoadedModel) -> None:
        if isinstance(model.decoder, Seq2SeqDecoder):
            raise ModelError(
                f"The model {model.id} turns one text into another and cannot go on with one: choose another."
            )
        self.model = model
        self._plain = replace(model, prefixes=_own_cache(model))
        self._side = _Side(model.tokenizer)

    def complete(self, request: Request) -> Iterator[Event]:
        """Yield up to `request.variants` candidates after `request.text`, twice; see the module.

        Every candidate ends with a word or a clause; none is given that is not likely. With
        `request.learn` the words of the text count, by n-grams and by a neural cache.
        """
        limit = min(request.params.max_new_tokens, _LONGEST)
        guessed = yield from self._guess(request, limit)
        yield from _shown("ngram", guessed, request, 1)
        if not isinstance(self.model.decoder, NgramDecoder):
            found = yield from self._ask(request, limit)
            words = set(map(_words, found))
            yield from _shown("model", [*found, *(each for each in guessed if _words(each) not in words)], request, 2)

    def _ask(self, request: Request, limit: int) -> Generator[Event, None, list[str]]:
        """Return what the model expects."""
        blocks, opening = self._side.look(request.text)
        model = self._learning if request.learn and sum(map(len, blocks)) >= _FEWEST else self._plain
        start = list(model.decoder.start_ids)
        most = min(_WINDOW, model.decoder.context_length - limit) - len(start)
        usable = self._side.usable(model.decoder.vocab_size).to(model.decoder.device)
        standards = Standards(_MODEL_SURE, _PLAUSIBLE, 1.0, usable)
        rows = yield from _read(model, [*start, *window(blocks, most)])
        with _kept(model, rows):
            return (yield from _branched(rows, opening, self._side, standards, request.variants, limit))

    def _guess(self, request: Request, limit: int) -> Generator[Event, None, list[str]]:
        """Return what n-grams expect: those of the text, if it may be learnt from, and those kept with the model."""
        side, tables, start = self._ngrams
        blocks, opening = side.look(request.text)
        ids = [start, *(token for block in blocks for token in block)]
        if request.learn and len(ids) >= _FEWEST:
            size = len(tables[0].unigram) if tables else self.model.decoder.vocab_size
            tables = (*tables, count_ngrams(np.array(ids), size, start))
        if not tables:
            return []
        decoder = NgramDecoder(tables, [1.0] * len(tables), start)
        seen = torch.from_numpy(np.any([each.unigram > 1.5 * each.unigram.min() for each in tables], axis=0))
        standards = Standards(_NGRAM_SURE, 0.0, _NGRAM_WITHIN, seen & side.usable(decoder.vocab_size))
        rows = yield from _read(replace(self.model, decoder=decoder, prefixes=PrefixCache()), ids[-_CONTEXT:])
        return (yield from _branched(rows, opening, side, standards, request.variants, limit))

    @cached_property
    def _learning(self) -> LoadedModel:
        """The model that follows the text, or as it is where it does not show what it remembers."""
        decoder = self.model.decoder
        if not isinstance(decoder, HiddenDecoder):
            return self._plain
        return replace(self.model, decoder=NeuralCache(decoder), prefixes=_own_cache(self.model))

    @cached_property
    def _ngrams(self) -> tuple[_Side, tuple[KneserNey, ...], int]:
        """The n-grams kept with the model, how they are spelt, and the id that begins a text."""
        folder = self.model.folder / "ngram"
        decoder, side = self.model.decoder, self._side
        if (folder / "config.json").is_file():
            decoder, side = ngram.load(folder, choose_device("cpu")), _Side(TextTokenizer(folder))
        return side, decoder.models if isinstance(decoder, NgramDecoder) else (), decoder.start_ids[0]


def _own_cache(model: LoadedModel) -> PrefixCache:
    """Return a cache for the few hundred ids that are read of a text, a small part of what the model's own may take."""
    return PrefixCache(model.prefixes.budget // 8)


class _Side:
    """One tokenizer's side of a text: its ids so far, the word that was begun, and the tokens to end it."""

    def __init__(self, tokenizer: TextTokenizer) -> None:
        self._tokenizer = tokenizer
        self._reading = Reading(tokenizer)

    @cached_property
    def surfaces(self) -> Surfaces:
        """The texts of all tokens."""
        return Surfaces(self._tokenizer)

    def look(self, text: str) -> tuple[list[list[int]], str]:
        """Return the ids of the blocks of `text` without the word that was begun, and that word."""
        head, opening = split_opening(text)
        if opening and not head:  # some tokenizers begin a text as they begin a word after a space
            first = self.surfaces.texts[self._tokenizer.encode(opening)[0]]
            opening = " " * (first.startswith(" ") and not opening.startswith(" ")) + opening
        return self._reading.encode(head), opening

    def tokens(self, opening: str) -> int:
        """Return how many tokens `opening` takes."""
        return len(self._tokenizer.encode(opening)) if opening.strip() else 0

    def usable(self, vocab_size: int) -> Tensor:
        """Return which ids (V,) bool have a text that can be shown."""
        known = torch.zeros(vocab_size, dtype=torch.bool)
        known[[index for index in self.surfaces.usable if index < vocab_size]] = True
        return known


def _read(model: LoadedModel, ids: list[int]) -> Generator[Event, None, Rows]:
    reading = read_rows(model, [ids], None)
    while True:
        try:
            step = next(reading)
        except StopIteration as end:
            return end.value
        yield Progress(step.done, step.total, "tokens", "Reading")


def _branched(
    rows: Rows, opening: str, side: _Side, standards: Standards, count: int, limit: int
) -> Generator[Event, None, list[str]]:
    limit += side.tokens(opening)
    search = branch(rows, opening, side.surfaces, standards, count, limit)
    done = 0
    while True:
        try:
            next(search)
        except StopIteration as end:
            return end.value
        done += 1
        yield Progress(done, limit, "steps")


@contextmanager
def _kept(model: LoadedModel, rows: Rows) -> Iterator[None]:
    """Keep what was read for the next request, also when the writer does not wait for the end."""
    try:
        yield
    finally:
        keep_rows(model, rows)


def _shown(source: str, candidates: list[str], request: Request, number: int) -> Iterator[Event]:
    yield Result({"source": source})
    for variant, text in enumerate(candidates[: request.variants]):
        yield TextChunk(text, variant)
    yield Progress(number, 2, "sets")


def _words(candidate: str) -> str:
    """Return `candidate` without the mark that ends its clause: with it or not, it is the same candidate."""
    return candidate.rstrip(".,;:!?…。，、；：！？")
