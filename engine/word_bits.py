"""Words of a text and how startling each is: bits of tokens charged to words, and what they come to. Torch-free."""

from __future__ import annotations

import re
from typing import Any

from engine.errors import InputError
from engine.events import Result
from engine.modes import Request
from engine.text.language import detect_language
from engine.text.segmentation import split_sentences
from engine.text.words import count_words

Word = tuple[int, int, float]  # start, end, bits

_WORD = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"  # Chinese and Japanese have no spaces: a sign is a word
    "|(?:(?![\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])[\\w’'])+"
    r"|[^\w\s]+"
)
_LISTED = 5  # passages at either end of the list
_SHORTEST = 4  # words of a passage that says something about the writing


def find_words(text: str) -> list[tuple[int, int]]:
    """Return where the words of `text` are, marks between them included. Raises InputError for a text without any."""
    words = [match.span() for match in _WORD.finditer(text)]
    if not words:
        raise InputError("There are no words in the text: write or select some.")
    return words


def summed_up(request: Request, found: list[Word]) -> Result:
    """Return what the words of `request.text` come to: `words`, `bits_per_word`, and sentences worth a look.

    These are `flattest` (below the mean, the flattest first) and `startling` (above it), each with `start`, `end`,
    `bits_per_word` and `text`.
    """
    total, words = sum(bits for _, _, bits in found), max(1, count_words(request.text))
    mean = total / words
    passages = sorted(passage_bits(request, found), key=lambda passage: passage["bits_per_word"])
    if len(passages) < 2:
        passages = []  # there is nothing to compare it with
    flat = [passage for passage in passages if passage["bits_per_word"] < mean]
    startling = [passage for passage in reversed(passages) if passage["bits_per_word"] > mean]
    return Result(
        {
            "words": words,
            "bits_per_word": mean,
            "flattest": flat[:_LISTED],
            "startling": startling[:_LISTED],
        }
    )


def passage_bits(request: Request, words: list[Word]) -> list[dict[str, Any]]:
    """Return the sentences of `request.text` that are long enough, with the mean bits of their `words`."""
    language = request.source_language or detect_language(request.text)
    found: list[dict[str, Any]] = []
    place = 0
    for sentence in split_sentences(request.text, language or "en"):
        bits = 0.0
        while place < len(words) and words[place][0] < sentence.end:
            bits += words[place][2]
            place += 1
        count = count_words(sentence.text)
        if count >= _SHORTEST:
            found.append(
                {"start": sentence.start, "end": sentence.end, "bits_per_word": bits / count, "text": sentence.text}
            )
    return found


class Ledger:
    """Charge the bits of tokens to words: `words` and `tokens` are `[start, end)` in order.

    They go to the words that a token covers by their letters in it, or if it covers none to the next word.
    """

    def __init__(self, words: list[tuple[int, int]], tokens: list[tuple[int, int]]) -> None:
        self._words = words
        self._tokens = tokens
        self._bits = [0.0] * len(words)
        self._settled = 0  # words that were returned
        self._at = 0  # the first word that ends after the token's start
        self.charged = 0  # tokens

    def charge(self, bits: list[float]) -> list[Word]:
        """Charge the `bits` of the next tokens; return the words that no later token can touch."""
        for value in bits:
            self._charge(value, *self._tokens[self.charged])
            self.charged += 1
        over = self.charged == len(self._tokens)
        ahead = 0 if over else self._tokens[self.charged][0]
        first, last = self._settled, len(self._words) - 1  # white space at the end of the text goes to the last word
        while self._settled <= last and (over or (self._settled < last and self._words[self._settled][1] <= ahead)):
            self._settled += 1
        return [(*self._words[place], self._bits[place]) for place in range(first, self._settled)]

    def _charge(self, bits: float, start: int, end: int) -> None:
        last = len(self._words) - 1
        while self._at < last and self._words[self._at][1] <= start:
            self._at += 1
        shares = []
        for place in range(self._at, last + 1):
            begin, stop = self._words[place]
            if begin >= end:
                break
            shares.append((place, max(0, min(end, stop) - max(start, begin))))
        covered = sum(share for _, share in shares)
        for place, share in shares if covered else [(self._at, covered)]:
            self._bits[place] += bits * share / covered if covered else bits
