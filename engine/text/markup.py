"""Split a plain or Markdown text into the sentences to translate and all that stays. Torch-free.

A line stays a line: sentences never cross one. Headings' marks, bullets, list numbers, quote marks,
tables' pipes, rules, code blocks, link definitions and blank lines stay as they are. What stands
inside a sentence is the business of `engine.text.inline`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from engine.text.inline import ATOM
from engine.text.segmentation import LONGEST, cut_sentence, split_sentences
from engine.text.words import count_words

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
_HAN = re.compile(r"[\u3400-\u9fff]")
_HAN_SHARE = 0.4  # of a limit in characters: a Chinese one says more
_FEW = 3  # words that rather are in the language of their line than in one of their own


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


@dataclass(frozen=True, slots=True)
class _Rules:
    """The language of the text, the longest sentence in letters, and which sentences stay as they are."""

    language: str
    longest: int
    stays: Callable[[str], bool]


def split_markup(
    text: str, language: str = "en", longest: int = LONGEST, stays: Callable[[str], bool] = lambda _: False
) -> Iterator[Part]:
    """Yield the parts of `text`; their texts joined are exactly `text`.

    Sentences longer than `longest` letters, or than 0.4 of that in Chinese signs, are cut at weaker marks, but for
    those that `stays` tells to be in the target language already: they are fixed, and so are the few words beside them.
    """
    rules = _Rules(language, longest, stays)
    fence = ""
    for match in _LINE.finditer(text):
        line, line_end = match.groups()
        mark = _FENCE.match(line)
        if fence or mark:
            parts = [Part(line, Kind.FIXED)]
            fence = _next_fence(fence, mark[1] if mark else "", line)
        else:
            parts = [*_split_line(line, rules)]
        yield from (part for part in [*parts, Part(line_end, Kind.FIXED)] if part.text or part.kind is Kind.GAP)


def _next_fence(fence: str, mark: str, line: str) -> str:
    """Return the mark that will close the code block after `line`, "" outside of one."""
    if not fence:
        return "" if mark in line.partition(mark)[2] else mark  # ```code``` on one line opens nothing
    closes = mark.startswith(fence) and not line.partition(mark)[2].strip(mark[0] + " \t")
    return "" if closes else fence


def _split_line(line: str, rules: _Rules) -> Iterator[Part]:
    if _FIXED_LINE.match(line) or not any(map(str.isalpha, line)):
        yield Part(line, Kind.FIXED)
    elif _TABLE_ROW.match(line):
        start = 0
        for pipe in _PIPE.finditer(line):
            yield from _split_content(line, start, pipe.start(), rules)
            yield Part("|", Kind.FIXED)
            start = pipe.end()
        yield from _split_content(line, start, len(line), rules)
    else:
        prefix = _PREFIX.match(line)
        start = prefix.end() if prefix else 0
        closing = _HEADING_END.search(line, start) if "#" in line[:start] else None
        end = closing.start() if closing else len(line)
        yield Part(line[:start], Kind.FIXED)
        yield from _split_content(line, start, end, rules)
        yield Part(line[end:], Kind.FIXED)


def _split_content(line: str, start: int, end: int, rules: _Rules) -> Iterator[Part]:
    """Yield the sentences of `line[start:end]`, and the white space before, between and after them."""
    masked = ATOM.sub(lambda match: "x" * len(match[0]), line[start:end])  # a URL's dots end no sentence
    all_stays = rules.stays(line[start:end])
    position = start
    for sentence in split_sentences(masked, rules.language, len(masked) + 1):
        text = line[start + sentence.start : start + sentence.end]
        stays = (all_stays and count_words(text) <= _FEW) or rules.stays(text)
        limit = len(text) if stays else _limit(text, rules.longest)
        for piece in cut_sentence(masked, sentence.start, sentence.end, limit):
            kind = Kind.FIXED if position == start else Kind.GAP
            yield Part(line[position : start + piece.start], kind)
            position = start + piece.end
            yield Part(line[start + piece.start : position], Kind.FIXED if stays else Kind.SENTENCE)
    yield Part(line[position:end], Kind.FIXED)


def _limit(sentence: str, longest: int) -> int:
    """Return how many characters of `sentence` may go in one: a Chinese one says more."""
    return int(longest * _HAN_SHARE) if len(_HAN.findall(sentence)) > len(sentence) / 4 else longest
