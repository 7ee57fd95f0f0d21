"""Bytes and seconds as a person would say them. Torch-free."""

from __future__ import annotations

_UNITS = ("kB", "MB", "GB", "TB")


def size_words(count: float) -> str:
    """Return `count` bytes in words of two or three digits, such as "269 MB"."""
    value = count / 1000
    for unit in _UNITS[:-1]:
        if value < 999.5:
            return f"{value:.{0 if value >= 99.95 or unit == 'kB' else 1}f} {unit}"
        value /= 1000
    return f"{value:.1f} {_UNITS[-1]}"


def duration_words(seconds: float) -> str:
    """Return a length of time in words, such as "3 min" or "1 h 20 min"."""
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
