"""Numbers and names of a summary, and whether its source has them. Torch-free."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
# A capital within a sentence, or a word of capitals anywhere; what begins a sentence may be any word.
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)(?<![\w.-])[A-Z][\w'’-]+|\b[A-Z][\w-]*[A-Z0-9][\w-]*")


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
