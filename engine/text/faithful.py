"""What a summary takes from its source: numbers, names, quotations, words side by side. Torch-free."""

from __future__ import annotations

import re
from itertools import pairwise

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
# A capital within a sentence, or a word of capitals anywhere; what begins a sentence may be any word.
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)(?<![\w.-])[A-Z][\w'’-]+|\b[A-Z][\w-]*[A-Z0-9][\w-]*")
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{2,})[\"”“»]")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:['’-][^\W_]+)*")


def facts(text: str) -> list[str]:
    """Return the numbers and names of `text` in order. Titles In Capitals Like This hold no names."""
    words = [word for word in text.split() if word[:1].isalpha() and len(word) > 3]
    capitals = sum(word[0].isupper() for word in words)
    names = _NAME.findall(text) if capitals <= max(1, len(words) / 2) else []
    return _NUMBER.findall(text) + names


def unfounded(summary: str, source: str) -> list[str]:
    """Return the numbers and names of `summary` that do not occur in `source`, in any case."""
    known = source.casefold()
    return [fact for fact in facts(summary) if fact.casefold() not in known]


def misquoted(summary: str, source: str) -> list[str]:
    """Return the quotations of `summary` that do not stand in `source` as they are, in any case."""
    known = " ".join(source.casefold().split())
    return [
        quoted for quoted in _QUOTED.findall(summary) if " ".join(quoted.casefold().split()).strip(" ,.") not in known
    ]


def borrowed(summary: str, source: str) -> float:
    """Return the share, 0..1, of the neighbouring words of `summary` that are neighbours in `source`, in any case.

    1 for a summary of fewer than two words; a sign of Chinese or Japanese counts as a word.
    """
    pairs, known = _pairs(summary), set(_pairs(source))
    return sum(pair in known for pair in pairs) / len(pairs) if pairs else 1.0


def _pairs(text: str) -> list[tuple[str, str]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return list(pairwise(words))
