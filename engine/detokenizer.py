"""Token ids to text, a token at a time."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from engine.tokenizer import TextTokenizer

_REPLACEMENT = "\ufffd"
_CONTEXT = 8  # tokens of the prompt that settle the spacing of what follows
_LONG = 16  # tokens in the window before it is shortened
_TRIES = 8


class Detokenizer:
    """Turn ids into chunks of text whose concatenation is the decode of all ids.

    A chunk never holds half a character: bytes wait for their others. Text after `context`, the
    end of the prompt, is spaced as it is there. A short window of ids is decoded at each step,
    so that the cost of a token does not grow with the text.
    """

    def __init__(self, tokenizer: TextTokenizer, context: Sequence[int] = ()) -> None:
        self._tokenizer = tokenizer
        self._limit = _LONG
        self._window = self._spoken(context)
        start = max(0, len(self._window) - _CONTEXT)
        while start and not self._separable(start):
            start -= 1
        self._window = self._window[start:]
        self._shown = _settled(tokenizer.decode(self._window))

    def add(self, ids: Sequence[int]) -> str:
        """Return the text that `ids` complete, perhaps none."""
        self._window.extend(self._spoken(ids))
        if not self._window or self._window[-1] in self._tokenizer.byte_ids:
            return ""  # how a byte reads depends on the bytes that follow
        text = self._tokenizer.decode(self._window)
        settled = _settled(text)
        chunk = text[self._shown : settled]
        self._shown = max(self._shown, settled)
        if len(self._window) > self._limit:
            self._shorten(text)
        return chunk

    def finish(self) -> str:
        """Return what is left, incomplete characters as "�"."""
        text = self._tokenizer.decode(self._window)
        chunk = text[self._shown :]
        self._shown = len(text)
        return chunk

    def fork(self) -> Detokenizer:
        """Return an independent copy."""
        other = copy.copy(self)
        other._window = list(self._window)
        return other

    def _spoken(self, ids: Sequence[int]) -> list[int]:
        silent = self._tokenizer.special_ids
        return [token for token in ids if token not in silent]

    def _shorten(self, text: str) -> None:
        """Drop ids from the front of the window where that changes nothing for what follows."""
        size = len(self._window)
        for start in range(size - 1, max(size - 1 - _TRIES, 0), -1):
            rest = self._tokenizer.decode(self._window[start:])
            shown = self._shown - (len(text) - len(rest))
            # One shown character at least must stay: decoders treat the beginning of a text in their own way.
            if shown > 0 and text.endswith(rest) and self._separable(start) and self._clean(start, rest, text):
                self._window, self._shown, self._limit = self._window[start:], shown, _LONG
                return
        self._limit = 2 * size

    def _separable(self, start: int) -> bool:
        return not {self._window[start - 1], self._window[start]} <= self._tokenizer.byte_ids

    def _clean(self, start: int, rest: str, text: str) -> bool:
        """Tell whether no character is cut in two where `rest` begins."""
        return rest[0] != _REPLACEMENT or self._tokenizer.decode(self._window[:start]) + rest == text


def _settled(text: str) -> int:
    """Return how much of `text` no further token can change: not a last character that lacks bytes."""
    return len(text) - 1 if text.endswith(_REPLACEMENT) else len(text)
