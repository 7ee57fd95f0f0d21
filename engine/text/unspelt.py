"""What a model has no words for: pictures, signs and letters that its vocabulary cannot spell. Torch-free.

Such characters reach a small model byte by byte, which it never learnt to read or to write: it answers them with
garbage. So they stay as they are, by these rules. A picture (an emoji or another symbol that is no part of words or
sums, with its joiners and variants) always stays. A raised or broken number, or a sign that cannot be spelt, stays
together with the number or word that it touches ("mc²", "£5"), and so does a word with such a letter ("Søren"). Words
of a script that cannot be spelt stay with what is between them, and Japanese with its Han signs. Chinese stays where
more than a fifth of its signs cannot be spelt, as in texts of traditional signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

Spells = Callable[[str], bool]  # tells whether a model's vocabulary can spell a text
Span = tuple[int, int]

_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff\uff21-\uff5a]")
_CLUSTER = re.compile(r"[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+")  # a letter and its accents
_JOINERS = r"[\u200d\ufe00-\ufe0f\u20e3\U000e0020-\U000e007f]"
_KEYCAP = re.compile(r"[0-9#*]\ufe0f?\u20e3")
_JOINED = re.compile(rf"{_JOINERS}+")
_FIRST_PICTURE = "\u2190"
_MOST_UNSPELT = 0.2  # share of Han signs


def is_picture(character: str) -> bool:
    """Tell whether `character` is an emoji or another symbol that is no part of words or sums."""
    return character >= _FIRST_PICTURE and unicodedata.category(character) in ("So", "Sk")


def unspelt_spans(text: str, spells: Spells) -> list[Span]:
    """Return the spans of `text` that must stay as they are, in order and apart; Han signs are none of them."""
    if text.isascii():
        return []
    spans = [_widened(text, span) for span in _marked(text, spells)]
    return _joined(text, sorted(spans))


def unknown_script(text: str, spells: Spells) -> bool:
    """Tell whether `text` has letters of a script that cannot be spelt, traditional Chinese included."""
    if text.isascii():
        return False
    return mostly_unspelt(text, spells) or any(
        letter.isalpha() and not _LATIN.match(letter) and not _HAN.match(letter) and not spells(letter)
        for letter in set(text)
    )


def mostly_unspelt(text: str, spells: Spells) -> bool:
    """Tell whether `text` is Chinese in signs of which too many cannot be spelt."""
    signs = _HAN.findall(text)
    return sum(not spells(sign) for sign in signs) > _MOST_UNSPELT * len(signs)


def _marked(text: str, spells: Spells) -> list[Span]:
    """Return the spans of pictures, and of what cannot be spelt."""
    spans = [match.span() for match in _KEYCAP.finditer(text)]
    for cluster in _CLUSTER.finditer(text):
        first = cluster[0][0]
        if (first.isascii() and len(cluster[0]) == 1) or first.isspace() or _HAN.match(first):
            continue
        joined = spans and spans[-1][1] == cluster.start() and _JOINED.fullmatch(cluster[0])
        known = spells(cluster[0]) or spells(cluster[0].lower())  # a rare capital is no rare word
        if is_picture(first) or unicodedata.category(first) == "No" or joined or not known:
            spans.append(cluster.span())
    return spans


def _widened(text: str, span: Span) -> Span:
    """Return `span` with the rest of the word or number that it touches; pictures touch none."""
    start, end = span
    if is_picture(text[start]) or _KEYCAP.match(text, start):
        return span
    japanese = bool(_KANA.match(text[start]))

    def touches(place: int) -> bool:
        character = text[place : place + 1]
        return character.isalnum() and (japanese or not _HAN.match(character)) and not is_picture(character)

    def bridges(place: int) -> bool:
        return text[place : place + 1] in tuple(".,'’-") and touches(place - 1) and touches(place + 1)

    while start and (touches(start - 1) or (start > 1 and bridges(start - 1))):
        start -= 1
    while touches(end) or bridges(end):
        end += 1
    return start, end


def _joined(text: str, spans: list[Span]) -> list[Span]:
    """Return `spans` with those as one that touch, or have nothing but space, or no known letter, between two words."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and _belong(text, joined[-1], (start, end)):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _belong(text: str, one: Span, other: Span) -> bool:
    between = text[one[1] : other[0]]
    if not between.strip():
        return True
    foreign = all(any(map(_is_foreign, text[start:end])) for start, end in (one, other))
    return foreign and not any(_LATIN.match(letter) or _HAN.match(letter) for letter in between)


def _is_foreign(character: str) -> bool:
    return character.isalpha() and not _LATIN.match(character)
