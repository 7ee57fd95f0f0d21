"""What a rewrite may have changed by accident: numbers, names, negations. Torch-free."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from engine.text.names import NameFinder
from engine.text.negations import negated_clauses, negations
from engine.text.numbers import said_numbers

_NAME_WORD = re.compile(r"[^\W\d_]{2,}")


class Fact(Enum):
    """What must not change unasked."""

    NUMBER = "number"
    NAME = "name"
    NEGATION = "negation"


@dataclass(frozen=True, slots=True)
class Slip:
    """Something that the new text lacks (`gone`), has beyond the old (`came`), or has in its place; "" for nothing."""

    fact: Fact
    gone: str
    came: str


def slips(old: str, new: str, language: str) -> list[Slip]:
    """Return what differs between `old` and `new`, in `language` (a code), that only a careful reader would notice.

    Numbers and names count once, however often they occur. Names are found as for masking: in German, whose nouns
    all have capitals, and in Chinese only by titles and common given names. What a negation belongs to is not
    understood: a clause more or less that has one is what is reported.
    """
    numbers = _changed(said_numbers(old, language), said_numbers(new, language), Fact.NUMBER)
    return [*numbers, *_names(old, new, language), *_negations(old, new, language)]


def _changed(old: dict[str, str], new: dict[str, str], fact: Fact) -> list[Slip]:
    """Return what is in one only; as many as there are on both sides are taken to have changed into each other."""
    gone = [words for value, words in old.items() if value not in new]
    came = [words for value, words in new.items() if value not in old]
    if len(gone) == len(came):
        return [Slip(fact, *pair) for pair in zip(gone, came, strict=True)]
    return [Slip(fact, words, "") for words in gone] + [Slip(fact, "", words) for words in came]


def _names(old: str, new: str, language: str) -> list[Slip]:
    finder = NameFinder([old, new], {language})
    gone = _lacking((old[start:end] for start, end in finder.find(old)), new)
    came = _lacking((new[start:end] for start, end in finder.find(new)), old)
    return _changed(gone, came, Fact.NAME)


def _lacking(names: Iterable[str], text: str) -> dict[str, str]:
    """Return the names of which no word is in `text`: a first name alone still names its bearer."""
    known: Callable[[str], bool] = text.casefold().__contains__
    return {
        name.casefold(): name
        for name in names
        if not any(known(word.casefold()) for word in _NAME_WORD.findall(name) or [name])
    }


def _negations(old: str, new: str, language: str) -> list[Slip]:
    difference = negated_clauses(new, language) - negated_clauses(old, language)
    if difference == 0:
        return []
    before, after = Counter(negations(old, language)), Counter(negations(new, language))
    more, less = (after, before) if difference > 0 else (before, after)
    word = next(iter((more - less) or more))
    return [Slip(Fact.NEGATION, "", word) if difference > 0 else Slip(Fact.NEGATION, word, "")]
