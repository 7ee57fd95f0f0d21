"""Numbers that a translation must keep. Torch-free."""

from __future__ import annotations

import re
from collections import Counter

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_APART = re.compile(rf"(?<![A-Za-z\u00c0-\u024f\d])[$€£¥]?{_NUMBER.pattern}[%€]?(?![A-Za-z\u00c0-\u024f\d])")
_GROUPS = re.compile(r"(?<=\d)['’\u00a0\u202f ](?=\d{3}(?!\d))")
# "3 million" is "300万": where such words follow, digits may rightly change.
_SCALED = re.compile(
    r"\d\s*(?:hundred|thousand|million|billion|百|千|万|萬|亿|億|Mio|Mrd|Million|Milliard|mill|mil\b)", re.I
)
_WORDS = {
    "en": "two three four five six seven eight nine ten eleven twelve",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "zh": "二 三 四 五 六 七 八 九 十 十一 十二",
}


def keep_numbers(source: str, answer: str, source_language: str = "", target_language: str = "") -> str | None:
    """Return `answer` with every number of `source`, repaired where it is clear how, or None.

    A small number that became a word gets its digits back, and as many wrong numbers as are
    missing are replaced in their order. Separators may change ("1,000", "1.000"); what is
    counted in ten thousands by one language and thousands by the other is not checked.
    """
    missing = _missing(source, answer)
    if not missing or ("zh" in (source_language, target_language) and _SCALED.search(source)):
        return answer
    for number in missing:
        answer = _word_to_digits(answer, number, target_language)
    missing = _missing(source, answer)
    strange = _missing(answer, source)
    if len(missing) != len(strange):
        return None
    for wrong, right in zip(strange, missing, strict=True):
        answer = re.sub(rf"(?<!\d){re.escape(wrong)}(?!\d)", lambda _, right=right: right, answer, count=1)
    return answer if not _missing(source, answer) else None


def split_numbers(text: str) -> list[str]:
    """Return `text` cut around numbers apart from letters, with currency signs: text, number, text..."""
    pieces = []
    position = 0
    for match in _APART.finditer(text):
        pieces += [text[position : match.start()], match[0]]
        position = match.end()
    return [*pieces, text[position:]]


def _missing(source: str, answer: str) -> list[str]:
    """Return the numbers of `source` that `answer` lacks, in their order and as they are written."""
    there = Counter(map(_digits, _NUMBER.findall(_GROUPS.sub("", answer))))
    lacking = []
    for number in _NUMBER.findall(_GROUPS.sub("", source)):
        there[_digits(number)] -= 1
        if there[_digits(number)] < 0:
            lacking.append(number)
    return lacking


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _word_to_digits(answer: str, number: str, language: str) -> str:
    words = _WORDS.get(language, "").split()
    if not (number.isdecimal() and 2 <= int(number) <= len(words) + 1):
        return answer
    word = words[int(number) - 2]
    if language == "zh":
        return answer.replace("两" if number == "2" and word not in answer else word, number, 1)
    return re.sub(rf"\b{word}\b", number, answer, count=1, flags=re.I)
