"""Count words, the same everywhere. Torch-free."""

from __future__ import annotations

import re

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def count_words(text: str) -> int:
    """Return the number of words; a Chinese or Japanese character counts as one, a lone dash as none."""
    spaced, characters = (text, 0) if text.isascii() else _UNSPACED.subn(" ", text)
    words = spaced.split()
    plain = sum(map(str.isalnum, words))  # most words, at the speed of C
    if plain < len(words):
        plain += sum(not word.isalnum() and any(map(str.isalnum, word)) for word in words)
    return characters + plain
