"""The scale of the surprise map: what is flat is cool, what startles is warm, and the ordinary stays paper."""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from gui.themes import Theme

LIMITS = (2.0, 4.0, 8.0, 11.0, 14.0)  # bits between the levels
# How much of the colour, level by level; a little less on dark paper, on which the ink is not as strong.
_COOL, _WARM = (0.34, 0.15), (0.20, 0.38, 0.60)
_ON_DARK = 0.72


def level(bits: float) -> int:
    """Return the level of a word, from 0 (flat) to 5 (startling)."""
    return bisect_right(LIMITS, bits)


def shades(theme: Theme) -> list[QColor]:
    """Return the colour under the words of each level, on which the text stays readable."""
    paper = QColor(theme.paper)
    strength = _ON_DARK if paper.lightnessF() < 0.5 else 1.0
    cool = [_mix(paper, QColor(theme.accent), strength * share) for share in _COOL]
    warm = [_mix(paper, QColor(theme.mark), strength * share) for share in _WARM]
    return [*cool, paper, *warm]


def level_names() -> list[str]:
    """Return what the levels are called."""
    return [
        _say("no surprise at all"),
        _say("expected"),
        _say("ordinary"),
        _say("fresh"),
        _say("surprising"),
        _say("startling"),
    ]


def describe(bits: float) -> str:
    """Return what `bits` mean: "9.2 bits, fresh: the model gave this word about one chance in 600"."""
    chances = 2**bits
    rounded = round(chances, -max(0, len(str(int(chances))) - 2))
    odds = _say("one chance in {0}").format(f"{rounded:,.0f}") if chances >= 2 else f"{100 / chances:.0f} %"
    return _say("{0} bits, {1}: the model gave this word about {2}").format(
        f"{bits:.1f}", level_names()[level(bits)], odds
    )


def _mix(paper: QColor, ink: QColor, share: float) -> QColor:
    pairs = ((paper.red(), ink.red()), (paper.green(), ink.green()), (paper.blue(), ink.blue()))
    return QColor(*(round((1 - share) * one + share * other) for one, other in pairs))


def _say(text: str) -> str:
    return QCoreApplication.translate("Surprise", text)
