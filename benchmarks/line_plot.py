"""Lines in a picture of its own (SVG), each named where it ends, for pages that are read without a program."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from gui.plots import round_ticks, tick_words

Line = tuple[str, list[tuple[float, float]]]

_WIDTH, _HEIGHT = 760, 320
_LEFT, _TOP, _RIGHT, _BOTTOM = 56, 36, 190, 40
_COLOURS = ("#1b5e75", "#b3541e", "#5b6b2f", "#6b3f7a", "#777777")  # told apart by the colour-blind, and by their names
_NAME_HEIGHT = 16


def line_plot(title: str, across: str, lines: Sequence[Line]) -> str:
    """Return the picture of `lines`, at most five, whose x axis counts what `across` says, from 0."""
    points = [point for _, line in lines for point in line]
    ticks = round_ticks(0.0, max(y for _, y in points))
    widest = max(x for x, _ in points)

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point
        room, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        return _LEFT + room * x / widest, _HEIGHT - _BOTTOM - height * (y - ticks[0]) / (ticks[-1] - ticks[0])

    parts = [_text(12, 20, title, weight="bold")]
    for tick in ticks:
        y = place((0, tick))[1]
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(_text(_LEFT - 8, y + 4, tick_words(tick, ticks), anchor="end"))
    for x in sorted({x for x, _ in points}):
        if x >= widest / 10 or x == min(x for x, _ in points):
            parts.append(_text(place((x, 0))[0], _HEIGHT - _BOTTOM + 16, f"{x:,.0f}", anchor="middle"))
    parts.append(_text(_WIDTH - _RIGHT, _HEIGHT - 8, across, anchor="end"))
    ends = _apart([place(line[-1])[1] for _, line in lines])
    for (name, line), colour, end in zip(lines, _COLOURS, ends, strict=False):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, line))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(_WIDTH - _RIGHT + 10, end + 4, f"{name} {line[-1][1]:.2f}", colour=colour))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    )
    ground = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
    return "\n".join([f'{head} font-family="sans-serif" font-size="12">', ground, *parts, "</svg>\n"])


def _apart(places: Sequence[float]) -> list[float]:
    """Return `places` moved down where names would stand on each other."""
    found = list(places)
    order = sorted(range(len(found)), key=lambda number: found[number])
    for above, below in pairwise(order):
        found[below] = max(found[below], found[above] + _NAME_HEIGHT)
    return found


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", weight: str = "normal", colour: str = "#333"
) -> str:
    style = f'text-anchor="{anchor}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(words)}</text>'
