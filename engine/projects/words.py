"""Texts as the search index sees them: pieces of a few paragraphs, words, and characters that are words. Torch-free.

Chinese and Japanese are not spaced, so every character is a word of its own there, and a word of two characters is a
phrase of two; that finds a word of any length without knowing where words end.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

STOPS = "。，、！？；：（）「」『』《》"  # words, too: or 灯。塔 would hold the phrase 灯塔
_UNSPACED = f"{STOPS}\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_UNSPACED}]+")
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+")
_PIECE = 1_000  # characters after which a piece ends with its line


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield the pieces of a text with where each begins: what stands between empty lines, cut where it is long."""
    start = end = 0
    for line in text.split("\n"):
        stop = end + len(line)
        if not line or line.isspace():
            if end > start:
                yield start, text[start : end - 1]
            start = stop + 1
        elif stop - start >= _PIECE:
            yield start, text[start:stop]
            start = stop + 1
        end = stop + 1
    if end > start:
        yield start, text[start : end - 1]


def spaced(text: str) -> str:
    """Return `text` with spaces around every character that is a word of its own."""
    return text if text.isascii() else _RUN.sub(lambda run: f" {' '.join(run[0])} ", text)


def words(text: str) -> list[str]:
    """Return the words of `text`."""
    return _WORD.findall(text)


def is_unspaced(word: str) -> bool:
    """Tell whether a word is one character of a script without spaces."""
    return _RUN.fullmatch(word) is not None


def fold(text: str) -> str:
    """Return `text` in lower case and without accents, as long as it was."""
    return text.lower() if text.isascii() else "".join(map(_fold, text))


@functools.lru_cache(maxsize=10_000)
def _fold(character: str) -> str:
    small = unicodedata.normalize("NFD", character)[0].lower()
    return small if len(small) == 1 else character
