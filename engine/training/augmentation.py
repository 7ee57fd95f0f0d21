"""Make a translator's sentences as unlike each other as writers' are: joined, in capitals, misspelt, unended."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, fields

Pair = tuple[str, str]

_JOINED = 80  # characters of a sentence that may be one of several: what is cut at the longest would not match
_ENDS = ".!?。！？"
_UNSPACED = "。！？”」"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class AugmentationSettings:
    """What is added to a source of pairs, each as a share of its pairs.

    `joined`: two or three of them in one. `capitals`: both texts in capitals. `lower_case`: the input without
    capitals. `unended`: both without their final mark. `misspelt`: a slip of the pen in the input. `kept`: the
    target as its own input, since what is in the right language already shall stay.
    """

    joined: float = 0.0
    capitals: float = 0.0
    lower_case: float = 0.0
    unended: float = 0.0
    misspelt: float = 0.0
    kept: float = 0.0


def augmented(pairs: list[Pair], settings: AugmentationSettings, rng: random.Random) -> list[Pair]:
    """Return `pairs` and, behind them, what `settings` adds, drawn by `rng`."""
    more = []
    for field in fields(settings):
        for pair in rng.sample(pairs, min(len(pairs), round(getattr(settings, field.name) * len(pairs)))):
            more.append(_joined(pair, pairs, rng) if field.name == "joined" else _CHANGES[field.name](pair, rng))
    return pairs + [pair for pair in more if all(pair)]


def _joined(pair: Pair, pairs: list[Pair], rng: random.Random) -> Pair:
    """Return `pair` with one or two others behind it, where all are short."""
    several = [pair, *rng.sample(pairs, min(len(pairs), rng.choice((1, 2))))]
    if any(len(text) > _JOINED for one in several for text in one):
        return pair
    first, second = (_one_text([one[side] for one in several]) for side in (0, 1))
    return first, second


def _one_text(sentences: list[str]) -> str:
    text = sentences[0]
    for sentence in sentences[1:]:
        text += ("" if text.endswith(tuple(_UNSPACED)) else " ") + sentence
    return text


def _capitals(pair: Pair, _: random.Random) -> Pair:
    return pair[0].upper(), pair[1].upper()


def _lower_case(pair: Pair, _: random.Random) -> Pair:
    return pair[0].lower(), pair[1]


def _unended(pair: Pair, _: random.Random) -> Pair:
    return pair[0].rstrip(_ENDS).rstrip(), pair[1].rstrip(_ENDS).rstrip()


def _misspelt(pair: Pair, rng: random.Random) -> Pair:
    """Drop, double, exchange or replace one letter of the input."""
    text = pair[0]
    places = [place for place in range(1, len(text) - 1) if text[place].isalpha() and text[place + 1].isalpha()]
    if not places:
        return pair
    place = rng.choice(places)
    letter, following = text[place], text[place + 1]
    slips = ("", 2 * letter, rng.choice(_LETTERS) if letter.isascii() else letter)
    slip = rng.choice((*(slip + following for slip in slips), following + letter))
    return text[:place] + slip + text[place + 2 :], pair[1]


def _kept(pair: Pair, _: random.Random) -> Pair:
    return pair[1], pair[1]


_CHANGES: dict[str, Callable[[Pair, random.Random], Pair]] = {
    "capitals": _capitals,
    "lower_case": _lower_case,
    "unended": _unended,
    "misspelt": _misspelt,
    "kept": _kept,
}
