"""What a small translator gets plainly wrong, and how to ask it in another way. Torch-free."""

from __future__ import annotations

import re

from engine.text.language import detect_language, is_clearly
from engine.text.loops import loops
from engine.text.unspelt import is_picture
from engine.text.words import count_words

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_TELLING = 4  # words from which language and copying can be told
_PAUSE = re.compile(r"(?<=[,;:，；：])\s*|\s+(?=[-–—(])")
_GAP = re.compile(r"\s+|(?<=[\u3400-\u9fff])(?=[\u3400-\u9fff])")
_SHORTEST = 6  # words of a text that can be cut in two


def is_target(text: str, source: str, target: str) -> bool:
    """Tell whether `text` is in the language `target` already, where another was said to be its own.

    Where Chinese is one of the two, the script decides.
    """
    if not source or not target or source == target:
        return False
    if source == "zh":
        return not _HAN.search(text) and bool(_LATIN.search(text))
    return detect_language(text) == target if target == "zh" else is_clearly(text, target)


def is_doubtful(text: str, answer: str, target: str) -> bool:
    """Tell whether `answer` cannot be a translation of `text`.

    It goes in circles, has signs that the text lacks, is a copy, or of another script.
    """
    if loops(answer, text) or strange_signs(text, answer):
        return True
    if count_words(text) < _TELLING or not target:
        return target not in ("", "zh") and bool(_HAN.search(answer))
    return answer.casefold() == text.casefold() or bool(_HAN.search(answer)) != (target == "zh")


def strange_signs(text: str, answer: str) -> str:
    """Return the broken characters of `answer`, and the pictures that `text` has not."""
    return "".join(sign for sign in answer if sign == "\ufffd" or (is_picture(sign) and sign not in text))


def halves(text: str) -> list[str]:
    """Return `text` cut in two at the pause or gap next to its middle, or whole where it is short."""
    if count_words(text) < _SHORTEST:
        return [text]
    middle = len(text) / 2
    for pattern in (_PAUSE, _GAP):
        cuts = [match.span() for match in pattern.finditer(text) if match.start() > 0 and match.end() < len(text)]
        near = [cut for cut in cuts if len(text) / 4 < cut[0] < len(text) * 3 / 4]
        if near:
            end, begin = min(near, key=lambda cut: abs(cut[0] - middle))
            return [text[:end], text[begin:]]
    return [text]
