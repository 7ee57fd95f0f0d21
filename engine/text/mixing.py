"""Sentences of several texts that continue the same one, put together to another. Torch-free."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from engine.text.segmentation import split_sentences


@dataclass(frozen=True, slots=True)
class Part:
    """Sentence number `number` of text number `source`, with the white space before and behind it there.

    `first` and `last` tell whether nothing comes before or behind it.
    """

    source: int
    number: int
    text: str
    before: str
    after: str
    first: bool
    last: bool


def parts_of(text: str, source: int, language: str) -> list[Part]:
    """Return the sentences of a text in order."""
    sentences = split_sentences(text, language)
    bounds = [0, *(each.end for each in sentences)]
    starts = [*(each.start for each in sentences), len(text)]
    gaps = [text[end:start] for end, start in zip(bounds, starts, strict=True)]
    return [
        Part(source, number, each.text, gaps[number], gaps[number + 1], number == 0, number == len(sentences) - 1)
        for number, each in enumerate(sentences)
    ]


def mixed(parts: Sequence[Part], language: str, opening: str = "") -> str:
    """Return the text that parts come to, in their order.

    Between two of them is the white space that one of them had on that side in its own text. `opening` goes before a
    part that did not begin its text.
    """
    if not parts:
        return ""
    pieces = [parts[0].before if parts[0].first else opening, parts[0].text]
    for left, right in itertools.pairwise(parts):
        pieces += [_gap(left, right, "" if language == "zh" else " "), right.text]
    if parts[-1].last:
        pieces.append(parts[-1].after)
    return "".join(pieces)


def unlike(texts: Sequence[Sequence[Part]]) -> set[tuple[int, int]]:
    """Return which parts (source, number) are not in all of the texts word for word."""
    said = [{part.text for part in parts} for parts in texts]
    common = set.intersection(*said) if said else set()
    return {(part.source, part.number) for parts in texts for part in parts if part.text not in common}


def _gap(left: Part, right: Part, usual: str) -> str:
    if not right.first:
        return right.before
    return usual if left.last else left.after
