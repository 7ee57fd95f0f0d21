"""Find the names of people and places in texts: by titles, given names, and capitals inside a sentence. Torch-free."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from engine.text.given_names import CHINESE_SURNAMES, COMMON_CAPITALS, GIVEN_NAMES, TITLES

Span = tuple[int, int]

_CAPITALISED = r"[A-ZÀ-ÖØ-Þ](?:[\w’'-]*\w)?"
_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
_PARTICLES = {"von", "van", "de", "del", "della", "la", "le", "du", "der", "den", "di", "y"}
_SENTENCE_START = re.compile(r"(?:\A|[.!?…:;]|\n|[\"“”„»«‘—–(*•])\W*\Z")
_POSSESSIVE = re.compile(r"[’']s?\Z")
_CHINESE = re.compile(
    rf"(?P<before>[{CHINESE_SURNAMES}][\u4e00-\u9fff]{{0,2}}?)(?=先生|女士|小姐|老师|医生|太太|夫人|教授|经理|总经理|同学)"
    rf"|(?<=[叫是])(?P<after>[{CHINESE_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=[，。！？、,.]|的|，)"
)
_NOUNS_HAVE_CAPITALS = {"de", "zh", ""}


class NameFinder:
    """Learn from `texts` which words are names, then find them wherever they stand.

    `languages` are those of the texts: where nouns have no capitals, a word that is never written small and has a
    capital inside a sentence is a name too.
    """

    def __init__(self, texts: Iterable[str], languages: set[str]) -> None:
        self._by_capital = not languages & _NOUNS_HAVE_CAPITALS
        self._names: set[str] = set()
        small: Counter[str] = Counter()
        inside: Counter[str] = Counter()
        for text in texts:
            words = list(_WORD.finditer(text))
            small.update(word[0] for word in words if word[0][0].islower())
            self._names.update(text[start:end] for start, end in _people(text, words))
            if self._by_capital:
                inside.update(word for word in _inner_capitals(text, words))
        self._names = {name for name in self._names if name not in COMMON_CAPITALS}
        self._names |= {word for word in inside if word.casefold() not in small and word not in COMMON_CAPITALS}

    def find(self, text: str) -> list[Span]:
        """Return the spans of names in order; neighbouring words of one name are one span."""
        words = list(_WORD.finditer(text))
        spans = set(_people(text, words))
        spans |= {
            (word.start(), word.start() + len(_bare(word[0])))
            for word in words
            if _bare(word[0]) in self._names and word[0][0].isupper()
        }
        spans |= {match.span() for match in _CHINESE.finditer(text)}
        return _joined(text, sorted(spans))


def _people(text: str, words: list[re.Match[str]]) -> Iterator[Span]:
    """Yield the words that follow a title, and given names with what follows them."""
    for index, word in enumerate(words):
        title = word[0] in TITLES
        if title or _bare(word[0]) in GIVEN_NAMES:
            place = index + title
            if not title:
                yield word.start(), word.start() + len(_bare(word[0]))
                place += 1
            yield from _followers(text, words, place, words[place - 1].end() if place else 0)


def _followers(text: str, words: list[re.Match[str]], place: int, end: int) -> Iterator[Span]:
    """Yield the capitalised words that stand directly one after the other from `place` on."""
    for word in words[place : place + 4]:
        if text[end : word.start()] not in (" ", ". ", "\u00a0", ".\u00a0") or (end and text[end - 1] in ",;"):
            return
        if word[0] not in _PARTICLES:
            if not re.fullmatch(_CAPITALISED, word[0]) or word[0] in COMMON_CAPITALS | TITLES:
                return
            bare = _bare(word[0])
            yield word.start(), word.start() + len(bare)
            if bare != word[0]:
                return
        end = word.end()


def _inner_capitals(text: str, words: list[re.Match[str]]) -> Iterator[str]:
    for word in words:
        if word[0][0].isupper() and not (word[0].isupper() and len(word[0]) > 1):
            before = text[max(0, word.start() - 6) : word.start()]
            if not _SENTENCE_START.search(before):
                yield _bare(word[0])


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word) or word


def _joined(text: str, spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        between = text[joined[-1][1] : start].strip() if joined else "."
        if joined and (start <= joined[-1][1] or (start - joined[-1][1] < 8 and not between) or between in _PARTICLES):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
