"""Part texts into what is learnt, what ends the training, and the tenth that a score is measured on. Torch-free."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.training.tables import Pair

_T = TypeVar("_T")
_WORD = re.compile(r"\w+")
_TENTH = 0.1
_WATCHED = 0.04  # of a text, to stop the training in time
_SLICES = 8  # places of one text that are watched: a single one would be a single scene
_LARGEST_SHARE = 0.2  # of all characters: a document larger than this is no tenth
_MOST_WATCHED = 500


@dataclass(frozen=True, slots=True)
class Split(Generic[_T]):
    """What is `learnt`, what is `watched` for early stopping, and what is `held_out` for the final score."""

    learnt: list[_T]
    watched: list[_T]
    held_out: list[_T]


def split_documents(documents: list[str], seed: int) -> Split[str]:
    """Hold out whole documents by `seed`; of a single one, or where none is small enough, the last tenth.

    What is watched are a few passages of what is left.
    """
    chosen = _whole_documents(documents, seed)
    if chosen:
        rest = [text for index, text in enumerate(documents) if index not in chosen]
        held_out = [documents[index] for index in sorted(chosen)]
    else:
        rest, held_out = _last_tenth(documents)
    learnt, watched = _passages(rest)
    return Split(learnt, watched, held_out)


def split_rows(rows: list[Pair], seed: int) -> Split[Pair]:
    """Hold out a tenth of the pairs by `seed`; those with the same first text (or else second) stay together."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for row in rows:
        text = row[0] or row[1]
        groups[" ".join(_WORD.findall(text.casefold())) or text].append(row)
    order = list(groups.values())
    random.Random(seed).shuffle(order)
    held_out = _take(order, max(1, round(len(rows) * _TENTH)))
    watched = _take(order, max(1, min(_MOST_WATCHED, round(len(rows) * _WATCHED))))
    return Split([row for group in order for row in group], watched, held_out)


def _take(groups: list[list[Pair]], count: int) -> list[Pair]:
    taken: list[Pair] = []
    while groups and len(taken) < count:
        taken += groups.pop()
    return taken


def _whole_documents(documents: list[str], seed: int) -> set[int]:
    """Return documents that come to about a tenth of the characters; none where that cannot be."""
    total = sum(map(len, documents))
    order = list(range(len(documents)))
    random.Random(seed).shuffle(order)
    chosen: set[int] = set()
    held = 0
    for index in order:
        if held < _TENTH * total and held + len(documents[index]) <= _LARGEST_SHARE * total:
            chosen.add(index)
            held += len(documents[index])
    return chosen if held >= _TENTH * total / 2 else set()


def _last_tenth(documents: list[str]) -> tuple[list[str], list[str]]:
    left = round(sum(map(len, documents)) * (1 - _TENTH))
    rest: list[str] = []
    for number, text in enumerate(documents):
        if len(text) >= left:
            end = _break_near(text, left)
            return [*rest, text[:end]], [text[end:], *documents[number + 1 :]]
        rest.append(text)
        left -= len(text)
    return rest, []


def _passages(documents: list[str]) -> tuple[list[str], list[str]]:
    """Cut passages out of the longest document at equal distances; the others stay whole."""
    longest = max(range(len(documents)), key=lambda index: len(documents[index]))
    text = documents[longest]
    size = round(sum(map(len, documents)) * _WATCHED / _SLICES)
    learnt, watched, start = [], [], 0
    for number in range(1, _SLICES + 1):
        begin = _break_near(text, len(text) * number // _SLICES - size)
        end = _break_near(text, len(text) * number // _SLICES)
        if start <= begin < end:
            learnt.append(text[start:begin])
            watched.append(text[begin:end])
            start = end
    learnt.append(text[start:])
    pieces = [piece for piece in learnt if piece.strip()]
    return [*documents[:longest], *pieces, *documents[longest + 1 :]], watched


def _break_near(text: str, place: int) -> int:
    """Return the end of the line that `place` stands in, or else of its word; at most the text's end."""
    for mark in ("\n", " "):
        end = text.find(mark, max(0, place), place + 2000)
        if end >= 0:
            return end + 1
    return min(len(text), max(0, place))
