"""Which backups of a file are kept: the fewer the older they are, and never more than a limit. Torch-free."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LIMIT = 100_000_000  # bytes of all backups of one file; the latest is kept whatever its size
LATEST = 10  # are kept whatever the clock says of their age

_HOUR, _DAY, _WEEK = 3600, 86_400, 7 * 86_400
# Up to which age one is kept per how many seconds; what is older goes.
_STEPS = ((_DAY, _HOUR), (30 * _DAY, _DAY), (365 * _DAY, _WEEK))


@dataclass(frozen=True, slots=True)
class Backup:
    """What a file held at a time (seconds since 1970, by the clock as it then was)."""

    path: Path
    number: int
    at: float
    size: int


def superfluous(backups: Sequence[Backup], now: float) -> list[Backup]:
    """Return which of the backups, the latest first, are not kept any longer.

    All of the last hour are, then the last of each hour for a day, of each day for a month, of each week for a year,
    and the latest ten. Hours, days and weeks are those of the calendar (UTC), so that the last of a day is the last of
    its hour, too: what is kept for long was kept before. Where that is too much, those go that lie closest together
    for their age.
    """
    kept: list[Backup] = []
    seen: set[tuple[int, int]] = set()
    for place, backup in enumerate(backups):
        period = _period(backup, now)
        if place < LATEST or (period is not None and period not in seen):
            kept.append(backup)
        if period is not None:
            seen.add(period)
    size = sum(each.size for each in kept)
    while size > LIMIT and len(kept) > 1:
        gaps = [max(0.0, newer.at - each.at) / max(1.0, now - each.at) for newer, each in itertools.pairwise(kept)]
        size -= kept.pop(gaps.index(min(gaps)) + 1).size
    numbers = {each.number for each in kept}
    return [each for each in backups if each.number not in numbers]


def _period(backup: Backup, now: float) -> tuple[int, int] | None:
    """Return the stretch of time of which one backup is kept, None for too long ago."""
    age = now - backup.at
    if age < _HOUR:
        return 0, backup.number
    return next(((length, int(backup.at // length)) for limit, length in _STEPS if age < limit), None)
