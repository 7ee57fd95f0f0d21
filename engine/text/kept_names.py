"""Names of people that a translation must keep. Torch-free.

Into a language with an alphabet a name stays as it is, but for forms that begin alike (Mary, Maria); into Chinese
it may be written in Chinese signs, but not in other letters.
"""

from __future__ import annotations

import re
import unicodedata

from engine.text.given_names import GIVEN_NAMES
from engine.text.names import NameFinder

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_PART = re.compile(r"[A-ZÀ-ÖØ-Þ][^\W\d_]+")
_CAPITALISED = re.compile(r"[A-ZÀ-ÖØ-Þ]\w*(?:[’'-]\w+)*")
_PARTICLE = re.compile(r"(?:[Vv]an|[Vv]on|[Dd][eau]|[Dd]el|[Dd]er|[Ll]a|di|y)\Z")
_JOINED = re.compile(r"\w v[ao]n \w")
_LETTERS = {"en": "’", "de": "äöüß’", "fr": "àâæçéèêëîïôœùû’", "es": "áéíñóúü’"}  # beyond those of ASCII
_MOST = 4  # words of a name, particles aside
_TAIL = 2  # letters in which a name may differ between languages: Mary, Maria, Marie
_HEAD = 3  # letters in which it may not


def is_name(text: str, language: str) -> bool:
    """Tell whether `text`, in `language` (a code), is capitalised words that are a name, and nothing else.

    The first is a common given name, one has letters that no word of the language has, or "van" or "von" joins them.
    """
    words = _capitalised(text)
    if not words:
        return False
    strange = any(not letter.isascii() and letter not in _LETTERS.get(language, letter) for letter in text.lower())
    return words[0] in GIVEN_NAMES or strange or _JOINED.search(text) is not None


def stays_a_name(text: str, answer: str, target: str) -> bool:
    """Tell whether `text` is a few capitalised words that the translator itself did not translate all.

    Of several it left one as it was, or it wrote letters into Chinese.
    """
    words = _capitalised(text)
    if target == "zh":
        return bool(words) and bool(_LATIN.search(answer))
    return len(words) > 1 and bool(set(_PART.findall(text)) & set(_PART.findall(answer)))


def lost_names(text: str, answer: str, source: str, target: str) -> list[str]:
    """Return the names of people in `text`, of the language `source`, that `answer` has not kept.

    A given name may have become another one (Johannes, John). In German, whose nouns have capitals, what follows a
    given name may be a noun: only given names alone are looked after there.
    """
    people = [text[start:end] for start, end in NameFinder([text], {""}).find(text)]
    if source == "de":
        people = [name for name in people if name in GIVEN_NAMES]
    if target == "zh":
        return people if set(_LATIN.findall(answer)) - set(_LATIN.findall(text)) else []
    renamed = GIVEN_NAMES & set(_WORD.findall(answer)) - set(_WORD.findall(text))
    return [name for name in people if not keeps_name(name, answer) and not (renamed and name in GIVEN_NAMES)]


def keeps_name(name: str, answer: str) -> bool:
    """Tell whether `answer` has at least the beginning of each capitalised word of `name`."""
    there = [_folded(word) for word in _WORD.findall(answer)]
    heads = [_folded(word)[: max(_HEAD, len(word) - _TAIL)] for word in _CAPITALISED.findall(name)]
    return all(any(word.startswith(head) for word in there) for head in heads)


def _capitalised(text: str) -> list[str]:
    """Return the words of `text` but for particles, if all are capitalised and few; else none."""
    parts = text.split()
    words = [part for part in parts if not _PARTICLE.match(part)]
    fits = 0 < len(words) <= _MOST and all(map(_CAPITALISED.fullmatch, words)) and not text.isupper()
    return words if fits else []


def _folded(word: str) -> str:
    """Return `word` without accents and capitals."""
    letters = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
