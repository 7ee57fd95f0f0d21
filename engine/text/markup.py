"""Split a plain or Markdown text into the sentences to translate and all that stays. Torch-free.

A line stays a line: sentences never cross one. Headings' marks, bullets, list numbers, quote marks,
tables' pipes, rules, code blocks, link definitions and blank lines stay as they are. What stands
inside a sentence is the business of `engine.text.inline`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from engine.text.inline import ATOM
from engine.text.segmentation import LONGEST, split_sentences

_LINE = re.compile(r"([^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*)(\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]|\Z)")
_FENCE = re.compile(r"\s*(?:>\s*)*(`{3,}|~{3,})")
_PREFIX = re.compile(
    r"\s*(?:>\s?)*"  # quotation
    r"(?:\s*(?:[-*+•–—]|\d{1,3}[.)、．]|[a-zA-Z]\))(?:\s+\[[ xX]\])?(?=\s)\s+)?"  # bullet, number, box
    r"(?:#{1,6}\s+)?\s*"  # heading
)
_HEADING_END = re.compile(r"\s+#+\s*\Z")
_FIXED_LINE = re.compile(
    r"\s*(?:([-*_=])(?:\s*\1){2,}|\[[^\]]+\]:\s*\S.*|\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?)\s*\Z"
)
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*\Z")
_PIPE = re.compile(r"(?<!\\)\|")
_HAN_SHARE = 0.4  # of a limit in characters: a Chinese one says more


class Kind(Enum):
    """What a part of a document is: a sentence, white space between two of a line, or anything that stays."""

    SENTENCE = "sentence"
    GAP = "gap"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the document; the parts in order are the document."""

    text: str
    kind: Kind


def split_markup(text: str, language: str = "en", longest: int = LONGEST) -> Iterator[Part]:
    """Yield the parts of `text`; their texts joined are exactly `text`.

    Sentences longer than `longest` characters of an alphabet are cut at weaker marks.
    """
    longest = int(longest * _HAN_SHARE) if language == "zh" else longest
    fence = ""
    for match in _LINE.finditer(text):
        line, line_end = match.groups()
        mark = _FENCE.match(line)
        if fence or mark:
            parts = [Part(line, Kind.FIXED)]
            fence = _next_fence(fence, mark[1] if mark else "", line)
        else:
            parts = [*_split_line(line, language, longest)]
        yield from (part for part in [*parts, Part(line_end, Kind.FIXED)] if part.text or part.kind is Kind.GAP)


def _next_fence(fence: str, mark: str, line: str) -> str:
    """Return the mark that will close the code block after `line`, "" outside of one."""
    if not fence:
        return "" if mark in line.partition(mark)[2] else mark  # ```code``` on one line opens nothing
    closes = mark.startswith(fence) and not line.partition(mark)[2].strip(mark[0] + " \t")
    return "" if closes else fence


def _split_line(line: str, language: str, longest: int) -> Iterator[Part]:
    if _FIXED_LINE.match(line) or not any(map(str.isalpha, line)):
        yield Part(line, Kind.FIXED)
    elif _TABLE_ROW.match(line):
        start = 0
        for pipe in _PIPE.finditer(line):
            yield from _split_content(line, start, pipe.start(), language, longest)
            yield Part("|", Kind.FIXED)
            start = pipe.end()
        yield from _split_content(line, start, len(line), language, longest)
    else:
        prefix = _PREFIX.match(line)
        start = prefix.end() if prefix else 0
        closing = _HEADING_END.search(line, start) if "#" in line[:start] else None
        end = closing.start() if closing else len(line)
        yield Part(line[:start], Kind.FIXED)
        yield from _split_content(line, start, end, language, longest)
        yield Part(line[end:], Kind.FIXED)


def _split_content(line: str, start: int, end: int, language: str, longest: int) -> Iterator[Part]:
    """Yield the sentences of `line[start:end]`, and the white space before, between and after them."""
    masked = ATOM.sub(lambda match: "x" * len(match[0]), line[start:end])  # a URL's dots end no sentence
    position = start
    for sentence in split_sentences(masked, language, longest):
        kind = Kind.FIXED if position == start else Kind.GAP
        yield Part(line[position : start + sentence.start], kind)
        position = start + sentence.end
        yield Part(line[start + sentence.start : position], Kind.SENTENCE)
    yield Part(line[position:end], Kind.FIXED)
