"""Numbers of a training in the words that a person would use."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from engine.languages import language_name
from engine.modes import Mode
from engine.purposes import Purpose

SHORT = 50  # seconds that are less than a minute
MODE_OF = {
    Purpose.CONTINUE: Mode.WRITE,
    Purpose.TRANSLATE: Mode.TRANSLATE,
    Purpose.TITLES: Mode.SUMMARISE,
    Purpose.VARY: Mode.VARY,
}


def duration(seconds: float) -> str:
    """Return a time as one says it, not more exact than it is known."""
    minutes = round(seconds / 60)
    if seconds < SHORT:
        return _tr("less than a minute")
    if minutes < 2:
        return _tr("about a minute")
    if minutes < 90:
        return _tr("about {0} minutes").format(minutes)
    if minutes < 36 * 60:
        return _tr("about {0} hours").format(f"{minutes / 60:.1f}".removesuffix(".0"))
    return _tr("about {0} days").format(round(minutes / 1440))


def size(megabytes: float) -> str:
    """Return a size on disk."""
    if megabytes >= 1000:
        return _tr("{0} GB").format(f"{megabytes / 1000:.1f}")
    return _tr("{0} MB").format(f"{megabytes:.1f}" if megabytes < 10 else f"{megabytes:.0f}")


def count(number: int, one: str, many: str) -> str:
    """Return "1 file" or "3,120 files"; `one` and `many` are translated already, `many` with its place."""
    return one if number == 1 else many.format(f"{number:,}")


def figure(value: float) -> str:
    """Return a score with as many digits as tell something."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}"


def languages(shares: dict[str, int]) -> str:
    """Return which languages there are and how much of each, the commonest first."""
    total = sum(shares.values())
    if total == 0:
        return ""
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    if len(ordered) == 1:
        return _language(ordered[0][0])
    words = [_tr("{0} {1} %").format(_language(code), round(100 * number / total)) for code, number in ordered[:4]]
    return ", ".join(words)


def advantage(score: float, baseline: float, *, lower_is_better: bool) -> str:
    """Return how much better or worse `score` is than `baseline`, in a few words."""
    if not math.isfinite(baseline + score) or (lower_is_better and baseline == 0):
        return ""
    if not lower_is_better:  # of scores out of a hundred, points tell more than shares
        gain = score - baseline
        points = f"{abs(gain):.1f}"
        if points == "0.0":
            return _tr("as good")
        return (_tr("{0} points better") if gain > 0 else _tr("{0} points worse")).format(points)
    gain = (baseline - score) / abs(baseline)
    percent = f"{abs(gain) * 100:.0f}" if abs(gain) >= 0.095 else f"{abs(gain) * 100:.1f}"
    if percent == "0.0":
        return _tr("as good")
    return (_tr("{0} % better") if gain > 0 else _tr("{0} % worse")).format(percent)


def purpose_title(purpose: Purpose) -> str:
    """Return what a purpose is called."""
    return {
        Purpose.CONTINUE: _tr("Continue in my voice"),
        Purpose.TRANSLATE: _tr("Translate as I do"),
        Purpose.TITLES: _tr("Find titles for texts"),
        Purpose.VARY: _tr("Vary and blend sentences"),
    }[purpose]


def purpose_sentence(purpose: Purpose) -> str:
    """Return what a purpose is good for and what it learns from."""
    return {
        Purpose.CONTINUE: _tr("Goes on with a text, and completes your sentences. Learns from anything you wrote."),
        Purpose.TRANSLATE: _tr("Learns from a translation memory (TMX), or a table of sentences and translations."),
        Purpose.TITLES: _tr("Learns from a table of texts and their titles, or from files that begin with one."),
        Purpose.VARY: _tr("Says a sentence another way, and finds the steps between two. Learns from any texts."),
    }[purpose]


def usual_name(purpose: Purpose) -> str:
    """Return what a model is called unless the writer says otherwise."""
    return {
        Purpose.CONTINUE: _tr("My voice"),
        Purpose.TRANSLATE: _tr("My translator"),
        Purpose.TITLES: _tr("My titles"),
        Purpose.VARY: _tr("My variations"),
    }[purpose]


def _language(code: str) -> str:
    return " → ".join(language_name(part) for part in code.split("-"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Training", text)
