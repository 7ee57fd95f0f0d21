"""Numbers that a translation or a rewrite must keep. Torch-free."""

from __future__ import annotations

import re
from collections import Counter

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_CURRENCY = r"[$\u00a2-\u00a5\u20a0-\u20cf]"
_HAN_DATE = r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]"
_APART = re.compile(
    rf"{_HAN_DATE}|\d+(?:\.\d+)?[元点](?!\w?[0-9钟半])|"
    rf"(?<![A-Za-z\u00c0-\u024f\d])(?:{_CURRENCY}[ \u00a0]?)?{_NUMBER.pattern}"
    rf"(?:[ \u00a0\u202f]?(?:[%‰]|{_CURRENCY}(?!\d)))?(?![A-Za-z\u00c0-\u024f\d])"
)
_UNIT = re.compile(rf"(?P<before>{_CURRENCY})[ \u00a0]?\d|\d[ \u00a0\u202f]?(?P<after>[%‰元]|{_CURRENCY})")
# What a unit's sign may become in words.
_UNIT_WORDS = {
    "$": r"d[oó]l+ar|美元|元|块",
    "€": "euro|欧元",
    "£": r"pound|pfund|livre|libra|英镑|磅",
    "¥": "yen|yuan|日元|元",
    "元": r"yuan|rmb|元|[¥$€]|d[oó]l+ar|euro",
    "%": "per ?cent|prozent|pour cent|por ciento|百分",
}
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
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety hundred",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
    "fr": "vingt trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix cent",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_COUNTED = {"元": "yuan", "点": "o'clock"}
_HAN_NUMBER = re.compile(
    "(?!十分|万一|千万|一[^零〇一二两三四五六七八九十百千万亿])[零〇一二两三四五六七八九十百千万亿]+"
)
_HAN_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN_GROUPS = {"万": 10_000, "亿": 100_000_000}


def keep_numbers(source: str, answer: str, source_language: str = "", target_language: str = "") -> str | None:
    """Return `answer` with every number of `source`, repaired where it is clear how, or None.

    None as well where the sign of an amount is lost. A small number that became a word gets its digits back, and as
    many wrong numbers as are missing are replaced in their order. Separators may change ("1,000", "1.000"); what is
    counted in ten thousands by one language and thousands by the other is not checked.
    """
    missing = _missing(source, answer)
    if _lost_units(source, answer):
        return None
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


def said_numbers(text: str, language: str) -> dict[str, str]:
    """Return the numbers of `text` in digits, and how each is written there first; number words of `language` too."""
    found = {_digits(number): number for number in reversed(_NUMBER.findall(_GROUPS.sub("", text)))}
    if language == "zh":
        return {str(_han_value(run)): run for run in reversed(_HAN_NUMBER.findall(text))} | found
    values = dict(zip(_WORDS.get(language, "").split(), range(2, 13), strict=False))
    values |= dict(zip(_TENS.get(language, "").split(), range(20, 110, 10), strict=False))
    words = (word for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text) if word.lower() in values)
    return {str(values[word.lower()]): word for word in reversed(list(words))} | found


def in_english(amount: str) -> str:
    """Return a Chinese date, hour or price in digits as English has it, and anything else as it is."""
    date = re.fullmatch(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]", amount)
    if date and 1 <= int(date[2]) <= 12:
        return f"{int(date[3])} {_MONTHS[int(date[2]) - 1]}" + (f" {date[1]}" if date[1] else "")
    counted = re.fullmatch(r"([\d.]+)([元点])", amount)
    return f"{counted[1]} {_COUNTED[counted[2]]}" if counted else amount


def split_numbers(text: str) -> list[str]:
    """Return `text` cut around numbers apart from letters, with currency signs: text, number, text..."""
    pieces = []
    position = 0
    for match in _APART.finditer(text):
        pieces += [text[position : match.start()], match[0]]
        position = match.end()
    return [*pieces, text[position:]]


def _lost_units(source: str, answer: str) -> bool:
    """Tell whether a sign of money or of a share beside a number is neither in `answer` nor said there in words."""
    units = Counter(match["before"] or match["after"] for match in _UNIT.finditer(source))
    return any(
        answer.count(unit) + len(re.findall(_UNIT_WORDS.get(unit, r"\Z."), answer, re.I)) < count
        for unit, count in units.items()
    )


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


def _han_value(run: str) -> int:
    """Return the value of a number in Chinese characters, digits one after the other ("二〇一九") included."""
    if len(run) > 1 and all(character in _HAN_DIGITS for character in run):
        return int("".join(str(_HAN_DIGITS[character]) for character in run))
    total = section = digit = 0
    for character in run:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
        elif character in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[character]
            digit = 0
        else:
            total += (section + digit or 1) * _HAN_GROUPS[character]
            section = digit = 0
    return total + section + digit
