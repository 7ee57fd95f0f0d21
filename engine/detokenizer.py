"""Token ids to text, a token at a time."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import islice

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
        self._limit = size + _TRIES
        for start in islice(filter(self._separable, range(size - 1, 0, -1)), _TRIES):
            shown = self._shown_from(start, text)
            if shown:
                self._window, self._shown, self._limit = self._window[start:], shown, _LONG
                return

    def _shown_from(self, start: int, text: str) -> int:
        """Return how much is shown of a window that begins at `start`, 0 if it must not begin there.

        It may differ from the end of `text` in what is shown already: decoders have a way of their
        own with the first token, and half a character in front is one or more "�".
        """
        first, rest = (self._tokenizer.decode(self._window[start:end]) for end in (start + 1, len(self._window)))
        shown = self._shown - (len(text) - len(rest))
        head = first.rstrip(_REPLACEMENT)
        broken = len(rest) - len(rest.lstrip(_REPLACEMENT))
        if broken and self._tokenizer.decode(self._window[:start]) + rest == text:
            broken = 0  # bytes that are wrong by themselves
        same = text.endswith(rest[max(len(head), broken) :])
        return shown if first and rest.startswith(head) and same and shown >= max(len(head), broken + 1) else 0

    def _separable(self, start: int) -> bool:
        return not {self._window[start - 1], self._window[start]} <= self._tokenizer.byte_ids


def _settled(text: str) -> int:
    """Return how much of `text` no further token can change: not a last character that lacks bytes."""
    return len(text) - 1 if text.endswith(_REPLACEMENT) else len(text)
