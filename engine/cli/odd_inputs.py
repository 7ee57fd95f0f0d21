"""Odd inputs for a translator, made by rule from plain sentences, and what is wrong with answers. Torch-free."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.text.doubts import strange_signs
from engine.text.kept_names import keeps_name
from engine.text.language import detect_language
from engine.text.loops import loops
from engine.text.unspelt import is_picture
from engine.text.words import count_words

_WORD = re.compile(r"[^\W\d_]{3,}")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONG = 200  # words of a long sentence
_TELLING = 7  # words from which a language is told reliably
_COPYING = 4  # words from which a copy is no name
_FIRST = ("Tom", "Maria", "Ahmed", "Yuki", "Olga", "Chen Wei", "José", "Zoë", "Björn", "Ngozi")
_LAST = ("Jackson", "O'Brien", "van der Berg", "García", "Müller", "Kowalska", "Takahashi", "Smith-Jones")
_EMOJI = ("😀", "🎉🎉", "👩‍👩‍👧", "🇫🇷", "❤️", "🤷🏽")
_ADDRESSES = ("https://example.org/a?b=1&c=2", "www.example.com/de/", "mail@example.org", "ftp://example.net/x.tar.gz")
_STAYS = frozenset({"name", "number", "address", "emoji", "target"})  # kinds of which the answer may be the input
# What can be wrong: nothing there, the input itself, circles, signs from nowhere, another language, something gone
# that must stay, and a change to what was in the target language already.
FAULTS = ("empty", "copied", "looping", "garbled", "language", "lost", "altered")

# Of 1,000 inputs; a direction has its share of each.
_SHARES = {
    "word": 200,
    "name": 100,
    "number": 100,
    "capitals": 160,
    "address": 80,
    "emoji": 80,
    "long": 60,
    "target": 220,
}


@dataclass(frozen=True, slots=True)
class OddInput:
    """An input of one line, and by which rule it was made."""

    kind: str
    text: str


def odd_inputs(sentences: list[str], others: list[str], count: int, seed: int = 1) -> list[OddInput]:
    """Return `count` inputs or so: of `sentences` in the source language, and of `others`, in the target language."""
    rng = random.Random(seed)
    return [
        OddInput(kind, _MAKERS[kind](others if kind == "target" else sentences, rng))
        for kind, share in _SHARES.items()
        for _ in range(max(1, round(share * count / 1000)))
    ]


def faults(odd: OddInput, answer: str, target: str) -> Iterator[str]:
    """Yield what is wrong with `answer`: one of `FAULTS`."""
    if not answer.strip():
        yield "empty"
        return
    if loops(answer, odd.text):
        yield "looping"
    if strange_signs(odd.text, answer):
        yield "garbled"
    if _is_copied(odd, answer, target):
        yield "copied"
    if _is_wrong_language(odd, answer, target):
        yield "language"
    if _is_lost(odd, answer, target):
        yield "lost"
    if odd.kind == "target" and answer != odd.text:
        yield "altered"


def _is_copied(odd: OddInput, answer: str, target: str) -> bool:
    """Tell whether what should differ does not; a word that two alphabetic languages may share is let pass."""
    differs = odd.kind not in _STAYS and (count_words(odd.text) >= _COPYING or target == "zh")
    return differs and answer.casefold() == odd.text.casefold()


def _is_lost(odd: OddInput, answer: str, target: str) -> bool:
    """Tell whether `answer` lacks what must stay. A name may be written in Chinese signs, but not in other letters."""
    if odd.kind in ("number", "address"):
        return not set(odd.text.split()) <= set(answer.split())
    if odd.kind == "name":
        letters = set(_LATIN.findall(answer)) <= set(_LATIN.findall(odd.text))
        return not (letters if target == "zh" else keeps_name(odd.text, answer))
    return not set(filter(is_picture, odd.text)) <= set(answer)


def _is_wrong_language(odd: OddInput, answer: str, target: str) -> bool:
    if odd.kind in ("name", "number", "address") or (odd.kind == "word" and target == "zh"):
        return target != "zh" and bool(_HAN.search(answer))
    if target == "zh":
        return count_words(answer) >= _TELLING and not _HAN.search(answer)
    telling = count_words(answer) >= _TELLING and len(_WORD.findall(answer)) >= _TELLING
    return bool(_HAN.search(answer)) or (telling and detect_language(answer.lower()) != target)


def _word(sentences: list[str], rng: random.Random) -> str:
    """Return a word of a sentence; two to four signs of a Chinese one, which does not say where its words end."""
    while True:
        sentence = rng.choice(sentences)
        han = _HAN.findall(sentence)
        if len(han) >= 4:
            place, size = rng.randrange(len(han) - 3), rng.choice((2, 3, 4))
            return "".join(han[place : place + size])
        words = _WORD.findall(sentence)
        if words:
            return rng.choice(words)


def _name(_: list[str], rng: random.Random) -> str:
    return rng.choice((rng.choice(_FIRST), f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"))


def _number(_: list[str], rng: random.Random) -> str:
    forms = (
        f"{rng.randrange(10**6)}",
        f"{rng.random() * 100:.2f}",
        f"{rng.randrange(1000)},{rng.randrange(100, 1000)}",
    )
    return rng.choice((*forms, f"-{rng.randrange(100)} %", f"{rng.randrange(1900, 2030)}-{rng.randrange(10, 13)}-01"))


def _capitals(sentences: list[str], rng: random.Random) -> str:
    return rng.choice(sentences).upper()


def _address(_: list[str], rng: random.Random) -> str:
    return rng.choice(_ADDRESSES)


def _emoji(sentences: list[str], rng: random.Random) -> str:
    """Return an emoji alone, after a sentence, after one without its full stop, or before the full stop."""
    emoji, sentence = rng.choice(_EMOJI), rng.choice(sentences)
    body = sentence.rstrip(".!?。！？")
    return rng.choice((emoji, f"{sentence} {emoji}", f"{body} {emoji}", f"{body} {emoji}{sentence[len(body) :]}"))


def _long(sentences: list[str], rng: random.Random) -> str:
    """Return one sentence of as many words, made of whole ones with commas in between."""
    parts: list[str] = []
    while sum(map(count_words, parts)) < _LONG:
        parts.append(rng.choice(sentences).rstrip(".!?。！？"))
    comma, stop = ("，", "。") if _HAN.search(parts[0]) else (", ", ".")
    return comma.join(parts) + stop


def _any(sentences: list[str], rng: random.Random) -> str:
    return rng.choice(sentences)


_MAKERS: dict[str, Callable[[list[str], random.Random], str]] = {
    "word": _word,
    "name": _name,
    "number": _number,
    "capitals": _capitals,
    "address": _address,
    "emoji": _emoji,
    "long": _long,
    "target": _any,
}
