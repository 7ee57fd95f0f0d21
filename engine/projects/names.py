"""Names in the order in which a reader expects them: chapter 2 before chapter 10, 第二章 before 第十章. Torch-free."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(\d+|[〇零一二三四五六七八九十百千两]+)")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return what sorts names naturally; the exact name decides between those that are otherwise alike."""
    parts = (part for part in _NUMBER.split(name.casefold()) if part)
    return (*((0, _value(part), "") if _NUMBER.fullmatch(part) else (1, 0, part) for part in parts), (2, 0, name))


def _value(digits: str) -> int:
    if digits[0] not in _DIGITS and digits[0] not in _PLACES:
        return int(digits[:4000])  # of more digits Python makes no number
    if not any(character in _PLACES for character in digits):
        return int("".join(str(_DIGITS[character]) for character in digits[:4000]))  # 二〇二六
    total, digit = 0, 1
    for character in digits:
        if character in _PLACES:
            total, digit = total + digit * _PLACES[character], 1
        else:
            digit = _DIGITS[character] or 1
    last = _DIGITS.get(digits[-1], 0)
    return total + last
