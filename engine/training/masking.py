"""Hide names, addresses, e-mail addresses, telephone and other numbers behind placeholders. Torch-free.

Rules, not a model: nothing has to be downloaded, and what is hidden can be explained. What they find and miss is
measured on hand-labelled sentences (`tests/engine/training/test_masking.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.text.names import NameFinder
from engine.training.tables import Pair

_CAP = r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
_TOWN = rf"(?:,? {_CAP}(?: {_CAP})?(?:,? [A-Z]{{2}} \d{{5}}| [A-Z]{{1,2}}\d[\dA-Z]? \d[A-Z]{{2}})|,? \d{{4,5}} {_CAP})"
_ADDRESSES = (
    rf"\b\d{{1,5}}[A-Za-z]?,? (?:{_CAP} ){{1,3}}"
    rf"(?:Street|St\b\.?|Road|Rd\b\.?|Avenue|Ave\b\.?|Lane|Drive|Square|Court|Place|Boulevard|Blvd|Way|Terrace|Row|Hill|Park)"
    rf"{_TOWN}?",
    rf"\b(?:{_CAP}[ -])?\w*(?:[Ss]traße|[Ss]trasse|[Ss]tr\.|[Ww]eg|[Pp]latz|[Aa]llee|[Gg]asse|[Uu]fer|[Dd]amm)"
    rf" \d{{1,4}}[a-z]?\b{_TOWN}?",
    rf"\b\d{{1,4}}(?: ?bis| ?ter)?,? (?:rue|avenue|boulevard|place|chemin|impasse|quai|allée|cours)"
    rf"(?: (?:de|du|des|la|le|les)| de l[’']| d[’']| l[’'])*[ ’']?{_CAP}(?:[ -]{_CAP})*{_TOWN}?",
    rf"\b(?:[Cc]alle|[Aa]venida|[Pp]laza|[Pp]aseo|[Cc]amino)(?: (?:de|del|la|las|los|el))* {_CAP}(?: {_CAP})*,?"
    rf" (?:n[.º°]+ ?)?\d{{1,4}}\b{_TOWN}?",
    r"(?:(?<=[在于到是：])[\u4e00-\u9fff]{1,8}?|[\u4e00-\u9fff]{2})(?:路|街|巷|大道)\d+号",
)
# What is looked for first takes its place from what comes after it.
_PATTERNS = {
    "EMAIL": (re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]++@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),),
    "LINK": (re.compile(r"(?:https?://|www\.)[!-~]+[A-Za-z0-9/=_~-]"),),
    "ADDRESS": tuple(map(re.compile, _ADDRESSES)),
    "ACCOUNT": (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[\dA-Z]{4}){3,7}(?: ?[\dA-Z]{1,3})?\b"),),  # IBAN
    "DATE": (re.compile(r"(?<![A-Za-z0-9.])\d{1,4}[./-]\d{1,2}[./-]\d{2,4}(?![A-Za-z0-9])"),),
    "PHONE": (
        re.compile(
            r"(?<![A-Za-z0-9+])(?:\+\d{1,3}|\(?0\d{1,5}\)?|\(\d{3}\)|\d{3}(?=[-.]\d{3}[-.]\d{4}))"
            r"(?:[ ./–-]{0,2}\(?\d{1,8}+\)?){1,6}(?![A-Za-z0-9])"
        ),
    ),
    "NUMBER": (
        re.compile(r"(?<![A-Za-z0-9.,])\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?![A-Za-z0-9])"),
        re.compile(r"(?<![A-Za-z0-9+])\d{3,}(?:[.,]\d+)?(?![A-Za-z0-9])"),
    ),
}
_LEAST_DIGITS = 7  # of a telephone number


@dataclass(frozen=True, slots=True)
class Hidden:
    """A stretch `[start, end)` of a text, code points, and the `kind` of what stands there."""

    start: int
    end: int
    kind: str


def find_private(text: str, names: NameFinder) -> list[Hidden]:
    """Return what is to be hidden in `text`, in order and without overlaps."""
    found: list[Hidden] = []
    taken = bytearray(len(text))
    for hidden in _candidates(text, names):
        if not any(taken[hidden.start : hidden.end]):
            taken[hidden.start : hidden.end] = b"\1" * (hidden.end - hidden.start)
            found.append(hidden)
    return sorted(found, key=lambda hidden: hidden.start)


def _candidates(text: str, names: NameFinder) -> Iterator[Hidden]:
    for kind, patterns in _PATTERNS.items():
        for match in (match for pattern in patterns for match in pattern.finditer(text)):
            if kind != "PHONE" or sum(map(str.isdigit, match[0])) >= _LEAST_DIGITS:
                yield Hidden(match.start(), match.end(), "NUMBER" if kind in ("ACCOUNT", "DATE") else kind)
    for start, end in names.find(text):
        yield Hidden(start, end, "NAME")


def mask(text: str, names: NameFinder) -> tuple[str, int]:
    """Return `text` with placeholders such as [NAME] in the place of what is private, and how many."""
    found = find_private(text, names)
    parts, end = [], 0
    for hidden in found:
        parts += [text[end : hidden.start], f"[{hidden.kind}]"]
        end = hidden.end
    return "".join([*parts, text[end:]]), len(found)


def mask_texts(rows: list[Pair], languages: set[str]) -> tuple[list[Pair], int]:
    """Return `rows` masked, names being learnt from all of them together, and how much was hidden."""
    names = NameFinder((text for row in rows for text in row), languages)
    masked: list[Pair] = []
    total = 0
    for first, second in rows:
        (one, before), (two, after) = mask(first, names), mask(second, names)
        masked.append((one, two))
        total += before + after
    return masked, total
