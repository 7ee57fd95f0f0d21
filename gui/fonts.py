"""The typefaces of the window and of the text: the first that are installed, and always a Chinese one.

Without a named Simplified Chinese family, Qt shows Chinese text in Japanese forms.
"""

from __future__ import annotations

import sys

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

from engine.paths import assets_dir

_TEXT = ("Charter", "Source Serif 4", "Source Serif Pro", "Literata", "Georgia", "Caladea")
_WINDOW = ("Inter", "Noto Sans", "Cantarell", "Ubuntu", "Noto Sans CJK SC")
_CHINESE = ("Noto Serif CJK SC", "Songti SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei")
_CHINESE_WINDOW = ("Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei")

_SAMPLE = 4000
LINE_HEIGHT = 1.6  # of the font's size


def text_font(points: float, *, chinese: bool = False) -> QFont:
    """Return the font of the writer's text at `points`; quotes and dots are `chinese` or Latin."""
    return _font(_CHINESE if chinese else _TEXT, _CHINESE, points)


def is_chinese(text: str) -> bool:
    """Tell whether a text is mainly Chinese, by its beginning."""
    sample = text[:_SAMPLE]
    return sum("\u3400" <= character <= "\u9fff" for character in sample) * 3 > len(sample)


def load_own_fonts() -> None:
    """Make the text font known that comes with Penwright; elsewhere a Chinese font would draw Latin quotes."""
    for path in sorted((assets_dir() / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))


def window_font(default: QFont) -> QFont:
    """Return the window's font: the system's own where it has one, with Chinese behind it."""
    latin = _WINDOW if sys.platform.startswith("linux") else ()
    size = default.pointSizeF()
    return _font((*latin, default.family()), _CHINESE_WINDOW, max(size, 10.0) if latin else size)


def pitch(font: QFont) -> int:
    """Return the pixels from one line of `font` to the next."""
    return round(LINE_HEIGHT * QFontInfo(font).pixelSize())


def _font(latin: tuple[str, ...], chinese: tuple[str, ...], points: float) -> QFont:
    installed = set(QFontDatabase.families())
    first = next((name for name in latin if name in installed), QFont().family())
    font = QFont()
    font.setFamilies([first, *(name for name in chinese if name in installed and name != first)])
    font.setPointSizeF(points)
    return font
