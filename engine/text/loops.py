"""Text that goes in circles, as small models write it: found, and cut short. Torch-free."""

from __future__ import annotations

import re

_RUN = re.compile(
    r"(?<!\w)(?P<words>[^\W\d_](?:.{0,58}?\w)?)(?:[\s.,;:!?…-]+(?P=words)){2,}(?!\w)"
    r"|(?P<han>[\u3400-\u9fff].{1,20}?)(?:[\s，、]*(?P=han)){2,}"  # one sign three times is common: 哈哈哈
    r"|(?P<sign>[^\W\d_])(?P=sign){6,}"
    r"|(?P<part>[a-z\u00df-\u024f]{2,8}?)(?P=part){3,}"
    r"|(?P<mark>[!?！？…])(?:\s+(?P=mark)){3,}",
    re.I,
)
_FEWEST = 12  # words from which a text is expected to vary
_VARIED = 0.4  # share of different words below which a text goes in circles
_HAN = re.compile(r"[\u3400-\u9fff]")


def loops(text: str, source: str = "") -> bool:
    """Tell whether `text` says the same over and over, where `source`, if there is one, does not.

    Three times the same in a row, or hardly any word that is new.
    """
    return _circles(text) and not _circles(source)


def without_loops(text: str) -> str:
    """Return `text` with what it says three times or more in a row said once."""
    return _RUN.sub(lambda match: match[match.lastgroup or 0], text)


def _circles(text: str) -> bool:
    if _RUN.search(text):
        return True
    words = _HAN.findall(text) if _HAN.search(text) else text.casefold().split()
    return len(words) >= _FEWEST and len(set(words)) < _VARIED * len(words)
