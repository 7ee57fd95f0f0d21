"""Runs that two sequences have in common, in an order that both share, in about linear time. Torch-free.

What occurs once in both leads the way (patience diff, Bram Cohen 2008); where nothing does, a stretch is searched if it
is short, and else taken as wholly different. A search of everything is cubic: hours for two drafts of a novel.
"""

from __future__ import annotations

import bisect
import difflib
from collections import Counter
from collections.abc import Iterator, Sequence

_SEARCHED = 4_000  # pairs of elements, up to which all are compared: some milliseconds

Run = tuple[int, int, int]  # where it begins in the one, in the other, and how long it is


def common_runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Return the runs in order; neighbours are not joined."""
    found: list[Run] = []
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        start, end, begin, finish = waiting.pop()
        head, tail = _ends(old, new, start, end, begin, finish)
        found += [(start, begin, head), (end - tail, finish - tail, tail)]
        start, end, begin, finish = start + head, end - tail, begin + head, finish - tail
        if start == end or begin == finish:
            continue
        if (end - start) * (finish - begin) <= _SEARCHED:
            found += _searched(old[start:end], new[begin:finish], start, begin)
            continue
        anchors = list(_anchors(old[start:end], new[begin:finish], start, begin))
        for i, j in anchors:
            waiting.append((start, i, begin, j))
            found.append((i, j, 1))
            start, begin = i + 1, j + 1
        if anchors:
            waiting.append((start, end, begin, finish))
    return sorted(run for run in found if run[2])


def _ends(old: Sequence[str], new: Sequence[str], start: int, end: int, begin: int, finish: int) -> tuple[int, int]:
    """Return how many elements agree at the beginning, and at the end behind those."""
    limit = min(end - start, finish - begin)
    head = next((i for i in range(limit) if old[start + i] != new[begin + i]), limit)
    limit -= head
    return head, next((i for i in range(limit) if old[end - 1 - i] != new[finish - 1 - i]), limit)


def _searched(old: Sequence[str], new: Sequence[str], start: int, begin: int) -> Iterator[Run]:
    for i, j, length in difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        yield start + i, begin + j, length


def _anchors(old: Sequence[str], new: Sequence[str], start: int, begin: int) -> Iterator[tuple[int, int]]:
    """Yield where elements stand that occur once in both: the most that are in one order."""
    once = {each for each, count in Counter(old).items() if count == 1}
    once &= {each for each, count in Counter(new).items() if count == 1}
    places = {each: j for j, each in enumerate(new) if each in once}
    pairs = [(i, places[each]) for i, each in enumerate(old) if each in once]
    for i, j in _rising(pairs):
        yield start + i, begin + j


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of `pairs`, whose first numbers rise, in which the second do, too."""
    ends: list[int] = []  # the least second number with which a part of each length can end
    last: list[int] = []  # the pair that it belongs to
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect.bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        last[length : length + 1] = [number]
    rising, number = [], last[-1] if last else -1
    while number >= 0:
        rising.append(pairs[number])
        number = before[number]
    return rising[::-1]
