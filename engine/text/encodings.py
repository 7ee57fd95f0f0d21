"""In which encoding the bytes of a text are: what is certain, and what is likeliest where nothing is. Torch-free.

Nothing is decided here that could be wrong: UTF-8 proves itself, UTF-16 without a mark is taken as such only where it
reads as a text, and for everything else the encodings are put in order, for the writer to choose from.
"""

from __future__ import annotations

import codecs
import functools
import re
from collections.abc import Callable

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
EAST_ASIAN = ("gb18030", "big5", "shift_jis")
WESTERN = ("windows-1252", "iso-8859-1", "iso-8859-15")
UNMARKED = ("utf-16-le", "utf-16-be")
ENCODINGS = (*EAST_ASIAN, *WESTERN, *UNMARKED)

_ASCII = frozenset(map(chr, range(128)))
_LETTERED = 0.93  # of the characters at most, the rest being spaces; 0 and 1 in turn would read as nothing but letters
_LATIN_END = "\u0250"
_OTHER_LETTERS = re.compile("[\u0370-\u03ff\u0400-\u045f\u05d0-\u05ea\u0620-\u06ff\u0900-\u097f\uac00-\ud7a3]")
_SNIFFED = 4000  # bytes looked at to recognise UTF-16 without a mark
_READ = 20_000  # bytes, from the first that is not ASCII, by which encodings are put in order
_SPACES = 0.03  # of the bytes, above which they are spaces and no halves of other characters
_LIKE_A_TEXT = 0.9  # of the characters

# The commonest characters of running text, which even a short one has.
_COMMON = frozenset(
    "的一是不了在人有我他这上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心么之都好看起"
    "這們來時為說國著裡後會過對於麼還沒個點開見頭從當問"
)
_PUNCTUATION = frozenset("，。、；：？！「」『』《》〈〉“”‘’（）…—　")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fc]")
_FRACTIONS = frozenset("¼½¾")  # where ISO 8859-15 has these letters:
_LATER_LETTERS = frozenset("ŒœŸ")
_TYPOGRAPHIC = frozenset("“”‘’„‚«»‹›–—…€•§°\u00a0¡¿") | _FRACTIONS
_INSIDE_WORDS = frozenset("’‘–—…")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_HALF_KANA = re.compile("[\uff61-\uff9f]")


def unmarked_utf16(data: bytes) -> str:
    """Return which UTF-16 the data is in, "" where that is not certain; a part of a text will do.

    A zero makes it one: no other encoding of a text has any, and in UTF-16 every space and line end does.
    """
    sample = data[:_SNIFFED]
    texts = {name: sample.decode(name, errors="ignore") for name in UNMARKED if 0 in sample}
    found = [name for name, text in texts.items() if "\0" not in text and _reads_well(text)]
    return found[0] if len(found) == 1 else ""


def readable(data: bytes, encoding: str) -> bool:
    """Tell whether the data, which holds zeros, is in this UTF-16 at least something that can be looked at."""
    text = data[:_SNIFFED].decode(encoding, errors="ignore")
    return _share(lambda character: character.isprintable() or character in "\n\r\t", text) >= _LIKE_A_TEXT


def ranked(data: bytes, encodings: tuple[str, ...] = ENCODINGS) -> tuple[str, ...]:
    """Return the encodings that the data can be in, the likeliest first."""
    possible = [name for name in encodings if _decodes(data, name)]
    first = next((place for place, byte in enumerate(data) if byte >= 128), 0)
    start = max(0, first - 100) // 2 * 2
    sample = data[start : start + _READ]
    scores = {name: _score(sample, name) for name in possible}
    return tuple(sorted(possible, key=lambda name: -scores[name]))  # of equals, the one that stands first stays so


def _reads_well(text: str) -> bool:
    lettered = _share(lambda character: not character.isascii() and _is_alphabetic(character), text)
    return _share(_is_plain, text) >= _LIKE_A_TEXT and lettered <= _LETTERED


def _share(kind: Callable[[str], bool], text: str) -> float:
    return sum(map(kind, text)) / max(1, len(text))


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        return "\0" not in data.decode(encoding)
    except UnicodeDecodeError:
        return False


def _score(sample: bytes, encoding: str) -> float:
    """Return how much the sample reads as a text in this encoding, at most 1."""
    text = sample.decode(encoding, errors="ignore")
    if encoding in UNMARKED:
        if 0 not in sample and sample.count(b" ") > _SPACES * len(sample):
            return -1.0
        return sum(map(_worth_of_any, text)) / max(1, len(text))
    if encoding in EAST_ASIAN:
        return _mean(text, functools.partial(_worth_of_east_asian, text, _usual(encoding)))
    return _mean(text, functools.partial(_worth_of_western, text))


def _mean(text: str, worth: Callable[[int], float]) -> float:
    places = [match.start() for match in _FOREIGN.finditer(text)]
    return sum(map(worth, places)) / max(1, len(places))


def _worth_of_east_asian(text: str, usual: frozenset[str], place: int) -> float:
    character = text[place]
    if text[max(0, place - 1) : place].isascii() and text[place + 1 : place + 2].isascii():
        return (
            0.0 if character in _PUNCTUATION else -1.0
        )  # one by itself is what a letter with an accent, or a quote, and the letter after it look like
    if character in _COMMON or character in _PUNCTUATION:
        return 1.0
    if character in usual or (_KANA.match(character) and "亜" in usual):
        return 0.6
    return -0.5 if _HALF_KANA.match(character) else -1.0


def _worth_of_western(text: str, place: int) -> float:
    character, before, after = text[place], text[max(0, place - 1) : place], text[place + 1 : place + 2]
    if character.isalpha() and character not in "ªº":
        alone = character in _LATER_LETTERS and not (before.isalpha() or after.isalpha())
        return 0.8 if before.isascii() and after.isascii() and not alone else -0.3
    if character in _INSIDE_WORDS:
        return 0.8
    beside = before.isalpha() or after.isalpha() if character in _FRACTIONS else before.isalpha() and after.isalpha()
    return 0.8 if character in _TYPOGRAPHIC and not beside else -0.8


def _worth_of_any(character: str) -> float:
    if character in _COMMON or character in _PUNCTUATION:
        return 1.0
    return 0.6 if _is_plain(character) else -1.0


def _is_plain(character: str) -> bool:
    """Tell whether a character is one of those that texts in the languages looked for here are made of."""
    if character.isascii():
        return character.isprintable() or character in "\n\r\t"
    usual = any(character in _usual(encoding) for encoding in EAST_ASIAN)
    return (
        usual
        or _is_alphabetic(character)
        or character in _TYPOGRAPHIC
        or character in _PUNCTUATION
        or bool(_KANA.match(character))
    )


def _is_alphabetic(character: str) -> bool:
    return (character < _LATIN_END and character.isalpha()) or bool(_OTHER_LETTERS.match(character))


@functools.cache
def _usual(encoding: str) -> frozenset[str]:
    """Return the characters that a standard has in its first level: those in use, some thousands."""
    name, leads, trails = {
        "gb18030": ("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)),
        "big5": ("big5", range(0xA4, 0xC7), range(0x40, 0xFF)),
        "shift_jis": ("euc_jp", range(0xB0, 0xD0), range(0xA1, 0xFF)),
    }[encoding]
    pairs = (bytes((lead, trail)) for lead in leads for trail in trails)
    return frozenset("".join(pair.decode(name, errors="ignore") for pair in pairs)) - _ASCII
