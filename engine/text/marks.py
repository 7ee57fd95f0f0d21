"""Chinese punctuation in a text of another language. Torch-free."""

from __future__ import annotations

import re

_LATIN = str.maketrans(
    {"。": ".", "，": ",", "、": ",", "！": "!", "？": "?", "：": ":", "；": ";", "（": "(", "）": ")"}
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_PAUSE = re.compile(r"\s*([。，、！？：；）])(?=\w)")
_STOP = re.compile(r"\s+(?=[。，、！？：；）])")
_OPENING = re.compile(r"(?<=[\w.,!?:;！？：；，。])（")
_AFTER = re.compile(r"[\w.,!?:;)*_`]\Z")
_BEFORE = re.compile(r"\w|[*_`\[(]+\w|[*_`\[]+\Z")


def has_han(text: str) -> bool:
    """Tell whether `text` has Chinese signs."""
    return _HAN.search(text) is not None


def latin_marks(text: str) -> str:
    """Return `text` with the Latin marks for the Chinese ones, and the spaces that go with them."""
    text = _OPENING.sub(" （", _STOP.sub("", _PAUSE.sub(r"\1 ", text)))
    return text.translate(_LATIN)


def needs_space(before: str, after: str) -> bool:
    """Tell whether a word of an alphabet, or marks around it, would touch another one where the two are joined."""
    return bool(_AFTER.search(before) and _BEFORE.match(after))
