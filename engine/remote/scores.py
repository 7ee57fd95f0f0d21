"""How startling a text is to a model on a server, and which continuation of it is the most natural. Torch-free."""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator, Iterator, Sequence

from engine.events import Event, Progress, Result, Surprises
from engine.modes import Request
from engine.remote.client import RemoteClient
from engine.remote.pieces import ScoredToken
from engine.remote.waiting import told
from engine.text.segmentation import split_sentences
from engine.typicality import ENOUGH, USUAL_NATS, blame, check_variants, fault, typicality
from engine.word_bits import Ledger, Word, find_words, summed_up

_PART = 2000  # characters that are scored at once, after as many that stand before them
_STEP = Progress(0, 0, "steps")
_SEEN = 4000  # characters before variants


def surprise_remote(client: RemoteClient, request: Request) -> Iterator[Event]:
    """Yield what `engine.surprise.surprise` does, a part of the text at a time."""
    text, found = request.text, []
    words = find_words(text)
    begin = place = 0
    while place < len(words):
        first = place
        place = next((n for n in range(first + 1, len(words)) if words[n][1] > begin + _PART), len(words))
        end = words[place - 1][1] if place < len(words) else len(text)
        known = yield from _part_bits(client, text, begin, end, words[first:place])
        found += known
        yield Surprises(known)
        yield Progress(end, len(text), "characters")
        begin = end
    yield summed_up(request, found)


def rank_remote(client: RemoteClient, request: Request) -> Iterator[Event]:
    """Yield what `engine.rank.rank` does, by how usual the words are."""
    check_variants(request.texts)
    before = request.text[-_SEEN:]
    usual, scores, reasons = USUAL_NATS, [], []
    for number, text in enumerate(request.texts):
        yield Progress(number, len(request.texts), "variants", "Reading")
        tokens = yield from told(client.scored(before + text), _STEP)
        earlier = [token.nats for token in tokens if token.start < len(before)]
        usual = sum(earlier) / len(earlier) if len(earlier) >= ENOUGH else USUAL_NATS
        scores.append(typicality(_mean(tokens, len(before), len(before) + len(text)), usual))
        reasons.append(_reason(tokens, len(before), text, usual))
    order = sorted(range(len(scores)), key=lambda number: -scores[number])
    measured = "not measured for this model"
    values = {"order": order, "scores": scores, "reasons": reasons, "method": "typicality", "measured": measured}
    yield Result(values)


def _part_bits(
    client: RemoteClient, text: str, begin: int, end: int, words: Sequence[tuple[int, int]]
) -> Generator[Event, None, list[Word]]:
    """Return `words`, all those in `[begin, end)`, with their bits."""
    start = max(0, begin - _PART)
    scored = yield from told(client.scored(text[start:end]), _STEP)
    tokens = [token for token in scored if token.start >= begin - start]
    edges = [*(start + token.start for token in tokens), end]
    spans = list(itertools.pairwise(edges))
    return Ledger(list(words), spans).charge([token.nats / math.log(2) for token in tokens])


def _mean(tokens: Sequence[ScoredToken], start: int, end: int) -> float:
    """Return the mean nats of the tokens that begin in `[start, end)`, 0.0 for none."""
    nats = [token.nats for token in tokens if start <= token.start < end]
    return sum(nats) / len(nats) if nats else 0.0


def _reason(tokens: Sequence[ScoredToken], offset: int, text: str, usual: float) -> str:
    """Return a sentence on the part of `text`, which begins at `offset`, that is least usual."""
    parts = [
        (_mean(tokens, offset + sentence.start, offset + sentence.end), sentence.text)
        for sentence in split_sentences(text)
    ]
    nats, worst = min(parts, key=lambda part: typicality(part[0], usual))
    return blame(worst, fault(nats, usual))
