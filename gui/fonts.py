"""The typefaces of the window and of the text: the first that are installed, and always a Chinese one.

Without a named Simplified Chinese family, Qt shows Chinese text in Japanese forms.
"""

from __future__ import annotations

import sys

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

_TEXT = ("Charter", "Source Serif 4", "Source Serif Pro", "Literata", "Georgia", "Noto Serif", "Noto Serif CJK SC")
_WINDOW = ("Inter", "Noto Sans", "Cantarell", "Ubuntu", "Noto Sans CJK SC")
_CHINESE = ("Noto Serif CJK SC", "Songti SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei")
_CHINESE_WINDOW = ("Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei")

LINE_HEIGHT = 1.6  # of the font's size


def text_font(points: float) -> QFont:
    """Return the font of the writer's text at `points`."""
    return _font(_TEXT, _CHINESE, points)


def window_font(default: QFont) -> QFont:
    """Return the window's font: the system's own where it has one, with Chinese behind it."""
    latin = _WINDOW if sys.platform.startswith("linux") else ()
    size = default.pointSizeF()
    return _font((*latin, default.family()), _CHINESE_WINDOW, max(size, 10.0) if latin else size)


def half_gap(font: QFont, line_height: float) -> int:
    """Return the pixels above and below a line of `font` that make lines `LINE_HEIGHT` apart."""
    return max(0, round((LINE_HEIGHT * QFontInfo(font).pixelSize() - line_height) / 2))


def _font(latin: tuple[str, ...], chinese: tuple[str, ...], points: float) -> QFont:
    installed = set(QFontDatabase.families())
    first = next((name for name in latin if name in installed), QFont().family())
    font = QFont()
    font.setFamilies([first, *(name for name in chinese if name in installed and name != first)])
    font.setPointSizeF(points)
    return font
