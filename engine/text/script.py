"""Which script a text is written in, counted sign by sign. Needs nothing that takes time to load."""

from __future__ import annotations

import re
from dataclasses import dataclass

TAIL = 1000  # characters before a caret that tell what is being written
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_HAN_SHARE = 0.2  # of the letters: one character says about as much as four letters
_KANA = re.compile(r"[\u3040-\u30ff]")
_KANA_SHARE = 0.2  # of the Han signs and kana, from which a text is Japanese
_LATIN = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]")


@dataclass(frozen=True, slots=True)
class Script:
    """How many letters a text has, and how many of them are of which script."""

    letters: int
    han: int
    kana: int
    latin: int

    @property
    def known(self) -> bool:
        """Tell whether the text has letters, mostly of a script in which a known language is written."""
        enough = 2 * (self.han + self.latin) >= self.letters > 0
        return enough and self.kana <= _KANA_SHARE * (self.han + self.kana)

    @property
    def chinese(self) -> bool:
        """Tell whether the text is in Chinese characters, be they few among Latin letters."""
        return self.known and self.han >= _HAN_SHARE * self.letters


def script_of(text: str) -> Script:
    """Return what `text` is written in."""
    letters = sum(character.isalpha() for character in text)
    return Script(letters, len(_HAN.findall(text)), len(_KANA.findall(text)), len(_LATIN.findall(text)))
