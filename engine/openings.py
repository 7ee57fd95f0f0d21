"""The word that the caret stands in: what a completion must begin with, and the tokens that do."""

from __future__ import annotations

import re
from bisect import bisect_left

from engine.tokenizer import TextTokenizer

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_OPENING = re.compile(rf"(?: *(?:(?![{_UNSPACED}])[\w’'])*)\Z")
_LONGEST = 40  # characters of a word that is being written
_LAST = "\U0010ffff"


def split_opening(text: str) -> tuple[str, str]:
    """Split the text before the caret into what is settled and the begun word, with one space before it if there is.

    A token for a word brings its space along, and a begun word is seldom made of tokens that the
    whole word is made of: both have to be written anew.
    """
    found = _OPENING.search(text, max(0, len(text) - _LONGEST))
    start = found.start() if found else len(text)
    opening = text[start:]
    return text[:start], (" " if opening.startswith(" ") else "") + opening.lstrip(" ")


class Surfaces:
    """The text of every token, and those that can stand where a text with a given beginning must be written."""

    def __init__(self, tokenizer: TextTokenizer) -> None:
        self.texts = tokenizer.surfaces
        usable = [index for index, text in enumerate(self.texts) if text and "\ufffd" not in text]
        self.usable = usable
        self._order = sorted(usable, key=self.texts.__getitem__)
        self._sorted = [self.texts[index] for index in self._order]

    def beginning(self, opening: str) -> list[int]:
        """Return the tokens whose text begins with `opening`, or `opening` with theirs."""
        found = self._order[bisect_left(self._sorted, opening) : bisect_left(self._sorted, opening + _LAST)]
        for length in range(1, len(opening)):
            begun = opening[:length]
            place = bisect_left(self._sorted, begun)
            while place < len(self._sorted) and self._sorted[place] == begun:
                found.append(self._order[place])
                place += 1
        return found
